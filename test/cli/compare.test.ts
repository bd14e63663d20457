import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuild } from '../../incidents/bybit-2025-02/rebuild.ts';
import { runCli } from '../support/cli.ts';
import type { LocalChain } from '../support/local-chain.ts';

const INCIDENT = 'incidents/bybit-2025-02';

let folder: string;
/** Two people's nodes. */
let chains: readonly [LocalChain, LocalChain];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'castellan-'));
  chains = await Promise.all([rebuild(), rebuild()]);
  const org = await readFile(`${INCIDENT}/castellan.yaml`, 'utf8');
  await writeFile(join(folder, 'two.yaml'), `${org}\npolicy: {checkers: 2}\n`);
});

afterAll(async () => {
  await Promise.all(chains.map((chain) => chain.stop()));
  await rm(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

/** One person checks: what is printed, and the file. */
const attest = (checker: string, name: string, chain: LocalChain, file = at(`${checker}.json`)) =>
  runCli([
    ...['check', '--safe-tx', `${INCIDENT}/${name}.json`, '--org', at('two.yaml'), '--no-cache'],
    ...['--rpc', chain.url, '--attest', file, '--checker', checker],
  ]);

test('two people find the same line, and together may sign what neither may alone', async () => {
  const [one, two] = [
    await attest('alice', 'transfer', chains[0]),
    await attest('bob', 'transfer', chains[1]),
  ];
  expect(one.stderr).toMatch(/^SIGN 0x[0-9a-f]{64}\n$/);
  expect(one.stderr).toBe(two.stderr);
  expect([one.code, two.code]).toEqual([10, 10]);
  expect(one.stdout).toContain('HOLD by few-checkers: 2 people must have checked.');

  const alone = await runCli(['compare', at('alice.json'), at('alice.json')]);
  expect(alone.code).toBe(10);
  expect(alone.stdout).toMatch(/^HOLD {2}1 person found the same; castellan\.yaml wants 2\n/);

  const line = one.stderr.trim();
  expect(await runCli(['compare', at('alice.json'), at('bob.json')])).toEqual({
    code: 0,
    stdout: [
      'SIGN  2 people found the same; castellan.yaml wants 2',
      '',
      `  alice\n    ${line}\n  bob\n    ${line}`,
      '',
    ].join('\n'),
    stderr: '',
  });
});

test('two people who look at something else are told what differs', async () => {
  await attest('carol', 'transfer', chains[0]);
  await attest('dave', 'malicious', chains[1]);
  const { code, stdout } = await runCli(['compare', at('carol.json'), at('dave.json')]);
  expect(code).toBe(20);
  expect(stdout).toMatch(/^REJECT {2}do not sign: 2 people did not find the same\n/);
  expect(stdout).toMatch(
    /\nNot the same: request\n {2}carol\n {4}0x[0-9a-f]{64}\n {2}dave\n {4}0x[0-9a-f]{64}\n/,
  );
  expect(stdout).not.toContain('Not the same: block');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('JSON is what is published', async () => {
  await attest('erin', 'transfer', chains[0]);
  const { stdout } = await runCli(['compare', at('erin.json'), at('erin.json'), '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'castellan.comparison/1',
    decision: 'HOLD',
    checkers: ['erin'],
  });
});

test('an edited file is refused, and so are one alone and none', async () => {
  await attest('frank', 'malicious', chains[0]);
  const edited = JSON.parse(await readFile(at('frank.json'), 'utf8'));
  edited.bound.decision = 'SIGN';
  await writeFile(at('edited.json'), JSON.stringify(edited));
  const refused = await runCli(['compare', at('edited.json'), at('edited.json')]);
  expect(refused.code).toBe(65);
  expect(refused.stderr).toBe(
    `castellan: ${at('edited.json')}: line: it is not the line of what is bound: the file was edited\n`,
  );
  const alone = await runCli(['compare', at('frank.json')]);
  expect(alone.code).toBe(64);
  expect(alone.stderr).toMatch(/^castellan: give two attestations or more; /);
  expect((await runCli(['compare'])).code).toBe(64);
});

test('an attestation that cannot be written is said, and nothing is decided', async () => {
  const { code, stdout, stderr } = await attest('gina', 'transfer', chains[0], at('no/where.json'));
  expect([code, stdout]).toEqual([65, '']);
  expect(stderr).toMatch(/^castellan: [^\n]*where\.json: cannot be written: ENOENT[^\n]*\n$/);
});
