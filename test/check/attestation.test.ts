import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rebuild } from '../../incidents/bybit-2025-02/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { openState } from '../../src/chains/evm/state.ts';
import {
  type Attestation,
  attest,
  compareAttestations,
  parseAttestation,
} from '../../src/check/attestation.ts';
import { gatherFacts } from '../../src/check/check.ts';
import { judge } from '../../src/check/verdict.ts';
import { InputError } from '../../src/errors.ts';
import { type Organisation, parseOrganisation } from '../../src/org/org.ts';
import type { LocalChain } from '../support/local-chain.ts';

const INCIDENT = 'incidents/bybit-2025-02';
const read = (name: string) => readFile(`${INCIDENT}/${name}`, 'utf8');

let organisation: Organisation;
/** Two machines of their own, in the same state. */
let chains: readonly [LocalChain, LocalChain];

beforeAll(async () => {
  organisation = parseOrganisation('castellan.yaml', await read('castellan.yaml'));
  chains = await Promise.all([rebuild(), rebuild()]);
});

afterAll(async () => {
  await Promise.all(chains.map((chain) => chain.stop()));
});

interface Checking {
  readonly name?: string;
  readonly chain?: LocalChain;
  readonly org?: Organisation;
  readonly castellan?: string;
}

/** What one person finds. */
async function checkBy(
  checker: string,
  { name = 'transfer', chain = chains[0], org = organisation, castellan = '1.0.0' }: Checking = {},
): Promise<Attestation> {
  const node = rpcNode(chain.url);
  const state = await openState(node);
  const proposal = parseProposal(name, JSON.parse(await read(`${name}.json`)));
  const request = { kind: 'safe', proposal } as const;
  const facts = await gatherFacts({ node, state, organisation: org, request });
  return attest(judge(node.source, state, facts), facts, state, { castellan, checker });
}

const wanting = (checkers: number): Organisation => ({
  ...organisation,
  policy: { ...organisation.policy, checkers },
});

const whatDiffers = (...attestations: readonly Attestation[]) =>
  compareAttestations(attestations).differences.map(({ what }) => what);

test('two people, each with a node of their own, find the same line', async () => {
  const [one, two] = [await checkBy('alice'), await checkBy('bob', { chain: chains[1] })];
  expect(one.source).not.toBe(two.source);
  expect(one.line).toBe(two.line);
  expect(one.line).toMatch(/^SIGN 0x[0-9a-f]{64}$/);
  expect(compareAttestations([one, two])).toEqual({
    schema: 'castellan.comparison/1',
    decision: 'SIGN',
    agree: true,
    checkers: ['alice', 'bob'],
    needed: 1,
    differences: [],
  });
});

test('what is rejected stays rejected, however many agree', async () => {
  const all = [
    await checkBy('alice', { name: 'malicious' }),
    await checkBy('bob', { name: 'malicious' }),
  ];
  expect(compareAttestations(all)).toMatchObject({ decision: 'REJECT', agree: true });
});

describe('as many as castellan.yaml wants', () => {
  test('one is too few, and two suffice', async () => {
    const org = wanting(2);
    const [one, two] = [await checkBy('alice', { org }), await checkBy('bob', { org })];
    expect(one.bound).toMatchObject({ decision: 'SIGN', deciding: null, checkers: 2 });
    expect(compareAttestations([one])).toMatchObject({ decision: 'HOLD', agree: true, needed: 2 });
    expect(compareAttestations([one, two])).toMatchObject({ decision: 'SIGN', agree: true });
  });

  test('one person who checks twice counts once', async () => {
    const one = await checkBy('alice', { org: wanting(2) });
    expect(compareAttestations([one, one])).toMatchObject({
      decision: 'HOLD',
      checkers: ['alice'],
    });
  });
});

describe('a difference is no agreement, and is named', () => {
  test('in what is to be signed', async () => {
    const all = [await checkBy('alice'), await checkBy('bob', { name: 'malicious' })];
    expect(compareAttestations(all)).toMatchObject({ decision: 'REJECT', agree: false });
    expect(whatDiffers(...all)).toContain('request');
  });

  test('in the block', async () => {
    const one = await checkBy('alice');
    const snapshot = await chains[1].request('evm_snapshot', []);
    await chains[1].request('evm_mine', []);
    const two = await checkBy('bob', { chain: chains[1] });
    await chains[1].request('evm_revert', [snapshot]);
    expect(compareAttestations([one, two])).toMatchObject({ decision: 'REJECT', agree: false });
    expect(whatDiffers(one, two)).toEqual(expect.arrayContaining(['block number', 'block hash']));
    expect(whatDiffers(one, two)).not.toContain('request');
  });

  test('in the state, where one node tells another one of the same block', async () => {
    const one = await checkBy('alice');
    const snapshot = await chains[1].request('evm_snapshot', []);
    const wallet = JSON.parse(await read('transfer.json')).safe;
    await chains[1].request('anvil_setBalance', [wallet, '0x1']);
    const two = await checkBy('bob', { chain: chains[1] });
    await chains[1].request('evm_revert', [snapshot]);
    expect(whatDiffers(one, two)).toContain('verdict');
  });

  test('in castellan.yaml', async () => {
    const [one, two] = [await checkBy('alice'), await checkBy('bob', { org: wanting(2) })];
    expect(whatDiffers(one, two)).toEqual(expect.arrayContaining(['organisation', 'checkers']));
  });

  test('in the version of Castellan', async () => {
    const [one, two] = [await checkBy('alice'), await checkBy('bob', { castellan: '1.0.1' })];
    expect(whatDiffers(one, two)).toEqual(['castellan']);
  });
});

describe('a file', () => {
  test('is read back as it was written', async () => {
    const written = await checkBy('alice');
    expect(parseAttestation('a.json', JSON.parse(JSON.stringify(written)))).toEqual(written);
  });

  test.each([
    ['its decision', { decision: 'HOLD' }],
    ['its request', { request: `0x${'11'.repeat(32)}` }],
    ['how many must check', { checkers: 7 }],
  ])('that was edited in %s is refused', async (_, edit) => {
    const { bound, ...rest } = await checkBy('alice');
    const edited = { ...rest, bound: { ...bound, ...edit } };
    expect(() => parseAttestation('a.json', edited)).toThrow(
      new InputError('a.json', 'line: it is not the line of what is bound: the file was edited'),
    );
  });

  test.each([
    ['a verdict', { schema: 'castellan.verdict/1' }],
    ['nothing', null],
    ['a list', []],
  ])('that is %s is refused', (_, document) => {
    expect(() => parseAttestation('a.json', document)).toThrow(InputError);
  });
});
