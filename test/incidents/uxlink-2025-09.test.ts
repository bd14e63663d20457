import { type Address, encodeFunctionData, type Hex, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNERS, rebuild, SAFE, THIEF } from '../../incidents/uxlink-2025-09/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { account } from '../support/accounts.ts';
import { foundIn } from '../support/check.ts';
import { compile } from '../support/compile.ts';
import { DEPLOYER, encode } from '../support/estate.ts';
import { incident } from '../support/incident.ts';
import type { LocalChain } from '../support/local-chain.ts';
import { multiSend } from '../support/multisend.ts';
import { deployCompiled } from '../support/openzeppelin.ts';

const { verdict: verdictOn, mutated } = incident('uxlink-2025-09');
const [A, B, C] = OWNERS as [Address, Address, Address];
const FRIEND = account(0xf);
const abi = parseAbi([
  'function addOwnerWithThreshold(address owner, uint256 threshold)',
  'function removeOwner(address previous, address owner, uint256 threshold)',
]);

const add = (owner: Address, threshold: bigint): Hex =>
  encodeFunctionData({ abi, functionName: 'addOwnerWithThreshold', args: [owner, threshold] });
const remove = (previous: Address, owner: Address, threshold: bigint): Hex =>
  encodeFunctionData({ abi, functionName: 'removeOwner', args: [previous, owner, threshold] });

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

const taken = [
  {
    account: `eip155:1:${SAFE}`,
    action: 'take',
    leaves: [`key(eip155:1:${THIEF})`],
    seconds: 0,
  },
];

/** The verdict on a batch of the wallet's orders to itself. */
const ordering = (...orders: readonly Hex[]) =>
  mutated(chain, 'malicious', {
    data: multiSend(...orders.map((data) => ({ to: SAFE, data }))),
  });

describe('the change of owners', () => {
  test('is rejected: its new owner alone gains the wallet, and every two owners lose it', async () => {
    const verdict = await verdictOn('malicious', rpcNode(chain.url));
    expect(verdict.decision).toBe('REJECT');
    expect(foundIn(verdict)).toEqual(['control-passes']);
    expect(verdict.summary).toContain('passes from 2 of its 3 owners to the key 0x2EF43c1D…07B87.');
    expect(verdict.power).toMatchObject({ gained: taken });
    expect(verdict.power.lost).toHaveLength(3);
  });

  test('is rejected as well where the others stay', async () => {
    const verdict = await ordering(add(THIEF, 1n));
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.power.gained).toEqual(expect.arrayContaining(taken));
  });

  test('is rejected, and said to be silent, where foreign code writes it past the functions', async () => {
    const library = compile(
      'Writer',
      `contract Writer {
        address singleton;
        mapping(address => address) modules;
        mapping(address => address) owners;
        uint256 count;
        uint256 threshold;

        function write(address owner) external {
          owners[address(1)] = owner;
          owners[owner] = address(1);
          count = 1;
          threshold = 1;
        }
      }`,
    );
    const verdict = await mutated(chain, 'malicious', {
      to: await deployCompiled(chain, DEPLOYER, library, []),
      data: encode('write(address)', THIEF),
    });
    expect(verdict.decision).toBe('REJECT');
    expect(foundIn(verdict)).toEqual(['control-passes', 'silent-change', 'foreign-code']);
    // The owners whose entries were left in the mapping sign alone now, too.
    expect(verdict.power.gained).toEqual(expect.arrayContaining(taken));
    expect(verdict.power.gained).toHaveLength(taken.length + OWNERS.length);
  });
});

test('a batch of payments by the same MultiSend may be signed', async () => {
  const verdict = await verdictOn('payments', rpcNode(chain.url));
  expect(verdict.decision).toBe('SIGN');
  expect(verdict.findings).toEqual([]);
});

describe('mutations that silence it', () => {
  test('a new owner who needs another beside: held', async () => {
    const verdict = await ordering(add(FRIEND, 2n));
    expect(verdict.decision).toBe('HOLD');
    expect(foundIn(verdict)).toEqual(['control-changes']);
  });

  test('an owner who is added and removed again: nothing changes', async () => {
    const verdict = await ordering(
      add(THIEF, 1n),
      remove('0x0000000000000000000000000000000000000001', THIEF, 1n),
      encodeFunctionData({
        abi: parseAbi(['function changeThreshold(uint256 threshold)']),
        args: [2n],
      }),
    );
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });

  test('the owners who leave, without the one who comes: held', async () => {
    const verdict = await ordering(remove(A, B, 1n), remove(A, C, 1n));
    expect(verdict.decision).toBe('HOLD');
    expect(verdict.power.gained).toMatchObject([{ leaves: [`key(eip155:1:${A})`] }]);
  });

  test('the same batch by call: the wallet takes such orders from itself alone', async () => {
    const verdict = await mutated(chain, 'malicious', { operation: 0 });
    expect(foundIn(verdict)).toContain('execution-fails');
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });
});
