import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256 } from 'viem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeCache } from '../../src/cli/code-cache.ts';

const CODE = '0x6001600255';
const HASH = keccak256(CODE);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'castellan-cache-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('gives back what was kept, by the name of its hash', async () => {
  const deep = join(folder, 'a', 'b');
  await codeCache(deep).put(HASH, CODE);
  expect(await codeCache(deep).get(HASH)).toBe(CODE);
  expect(await readdir(deep)).toEqual([HASH.slice(2)]);
  expect(await readFile(join(deep, HASH.slice(2)), 'hex')).toBe(CODE.slice(2));
});

test('knows nothing of what was not kept', async () => {
  expect(await codeCache(folder).get(HASH)).toBeNull();
  expect(await codeCache(join(folder, 'nowhere')).get(HASH)).toBeNull();
});

test.each([
  ['changed', '6001600256'],
  ['cut off', '6001'],
  ['empty', ''],
])('gives nothing that was %s', async (_, content) => {
  await writeFile(join(folder, HASH.slice(2)), Buffer.from(content, 'hex'));
  expect(await codeCache(folder).get(HASH)).toBeNull();
});

test('does not read what is no file', async () => {
  await symlink('/dev/zero', join(folder, HASH.slice(2)));
  expect(await codeCache(folder).get(HASH)).toBeNull();
});

test('a folder that cannot be is tried once', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  const cache = codeCache(file);
  await expect(cache.put(HASH, CODE)).rejects.toThrow(/EEXIST|ENOTDIR/);
  await expect(cache.put(HASH, CODE)).resolves.toBeUndefined();
});
