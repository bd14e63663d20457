import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

const INCIDENT = 'incidents/bybit-2025-02';
const FILES = ['recording.json', 'transfer.json', 'malicious.json'];

/** A folder with a transfer, a theft and the recording of both. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'castellan-'));
  for (const name of FILES) await copyFile(`${INCIDENT}/${name}`, join(folder, name));
});

afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

const testPolicy = (...more: readonly string[]) =>
  runCli(['policy', 'test', folder, '--org', `${INCIDENT}/castellan.yaml`, ...more]);

const RECORDED = { recording: 'recording.json' };
const TRANSFER = { expect: 'SIGN', safeTx: 'transfer.json', ...RECORDED };
const THEFT = {
  expect: 'REJECT',
  deciding: 'control-passes',
  safeTx: 'malicious.json',
  ...RECORDED,
};

test('cases that come out as they expect pass, in the order of their names', async () => {
  await write('theft.case.json', THEFT);
  await write('transfer.case.json', TRANSFER);
  expect(await testPolicy()).toEqual({
    code: 0,
    stdout: 'pass  theft\npass  transfer\n2 cases, 0 failed\n',
    stderr: '',
  });
});

test('a case that comes out otherwise fails, and says what decided', async () => {
  await write('theft.case.json', { ...THEFT, deciding: 'foreign-code' });
  await write('transfer.case.json', { ...TRANSFER, expect: 'HOLD' });
  const { stdout, code } = await testPolicy();
  expect(code).toBe(1);
  expect(stdout.replace(/\n +/g, ' ')).toBe(
    [
      'fail  theft expected to be decided by foreign-code, and it is by control-passes: 0x1Db92e2E…dFCF4 can be taken by someone who had no part in it',
      'fail  transfer expected HOLD, and it is SIGN: power does not change, and everything needed was read',
      '2 cases, 2 failed\n',
    ].join('\n'),
  );
});

test('cases without a recording are read where the options say', async () => {
  const { recording: _, ...transfer } = TRANSFER;
  await write('transfer.case.json', transfer);
  const { code, stdout } = await testPolicy('--recording', `${INCIDENT}/recording.json`);
  expect([code, stdout]).toEqual([0, 'pass  transfer\n1 case, 0 failed\n']);
});

test('a payee that is taken off the list is noticed', async () => {
  await write('transfer.case.json', TRANSFER);
  await write('castellan.yaml', 'payees: []\n');
  const { code, stdout } = await runCli([
    'policy',
    'test',
    folder,
    '--org',
    join(folder, 'castellan.yaml'),
  ]);
  expect(code).toBe(1);
  expect(stdout).toContain('expected SIGN, and it is HOLD: payment to an unlisted account');
});

describe('what is no case ends in one clear line', () => {
  const { safeTx: _, ...nothing } = TRANSFER;

  test.each([
    ['no JSON', '{', /: expected JSON: /],
    ['an unknown key', { ...TRANSFER, expects: 'SIGN' }, /: Unrecognized key: "expects"/],
    ['a decision that is none', { ...TRANSFER, expect: 'PASS' }, /: expect: Invalid option/],
    ['nothing to check', nothing, /: expected one of safeTx, typedData, tx, call or message\n$/],
    [
      'two things to check',
      { ...TRANSFER, call: '{}' },
      /: expected one of safeTx, typedData, tx, call or message\n$/,
    ],
    [
      'a signer that is none',
      { ...TRANSFER, from: '0x12' },
      /: from: expected an address: 0x and 40 hex digits\n$/,
    ],
    ['a block before the first', { ...TRANSFER, block: -1 }, /: block: /],
  ])('%s', async (_, content, message) => {
    await write('bad.case.json', content);
    const { code, stdout, stderr } = await testPolicy();
    expect([code, stdout]).toEqual([65, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^castellan: [^\n]*bad\.case\.json: [^\n]*\n$/);
  });

  test('a file that it names and that is not there', async () => {
    await write('gone.case.json', { ...TRANSFER, safeTx: 'gone.json' });
    const { code, stderr } = await testPolicy();
    expect(code).toBe(65);
    expect(stderr).toBe(`castellan: ${join(folder, 'gone.json')}: no such file\n`);
  });

  test('a folder without cases, and no folder', async () => {
    const empty = await testPolicy();
    expect(empty).toMatchObject({ code: 65, stdout: '' });
    expect(empty.stderr).toBe(`castellan: ${folder}: expected files that end in .case.json\n`);
    const none = await runCli(['policy', 'test', join(folder, 'none')]);
    expect(none.code).toBe(65);
    expect(none.stderr).toMatch(/^castellan: [^\n]*none: cannot be read: ENOENT[^\n]*\n$/);
  });
});
