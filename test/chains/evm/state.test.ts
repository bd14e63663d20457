import { type Address, keccak256 } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observe } from '../../../src/chains/evm/evidence.ts';
import { type Node, rpcNode } from '../../../src/chains/evm/node.ts';
import { overlay } from '../../../src/chains/evm/overlay.ts';
import { openState, type State } from '../../../src/chains/evm/state.ts';
import { slot } from '../../../src/chains/evm/values.ts';
import { ReadError } from '../../../src/errors.ts';
import { account } from '../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../support/local-chain.ts';

const CONTRACT = account(1);
/** Returns the word in slot 7, whatever it is called with. */
const GET_SLOT_7 = '0x60075460005260206000f3';
/** Logs its calldata's first word as a topic. */
const LOGGER = account(2);
const LOG_TOPIC = '0x60003560006000a1';

let chain: LocalChain;
let node: Node;
let state: State;
const counted: string[] = [];

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    [CONTRACT]: { code: GET_SLOT_7, balance: 5n, storage: { [slot(7n)]: slot(42n) } },
    [LOGGER]: { code: LOG_TOPIC },
    [account(3)]: { balance: 10n ** 18n },
  });
  await send(chain, account(3), { to: LOGGER, data: slot(1n) });
  const live = rpcNode(chain.url);
  node = {
    source: live.source,
    request: async (method, params) => {
      counted.push(method);
      return await live.request(method, params);
    },
  };
  state = await openState(node);
});

afterAll(() => chain.stop());

describe('a state', () => {
  test('reads storage, code, balance, calls and logs at its block', async () => {
    expect(await state.storage(CONTRACT, slot(7n))).toBe(slot(42n));
    expect(await state.code(CONTRACT)).toBe(GET_SLOT_7);
    expect(await state.balance(CONTRACT)).toBe(5n);
    expect(await state.call({ to: CONTRACT, data: '0x' })).toBe(slot(42n));
    const logs = await state.logs({ account: LOGGER, topics: [slot(1n)], fromBlock: 0n });
    expect(logs).toEqual([{ account: LOGGER, topics: [slot(1n)], data: '0x' }]);
    expect(await state.logs({ account: LOGGER, topics: [slot(2n)], fromBlock: 0n })).toEqual([]);
  });

  test('asks the same question once', async () => {
    counted.length = 0;
    await Promise.all([state.balance(account(9)), state.balance(account(9))]);
    await state.balance(account(9));
    expect(counted).toEqual(['eth_getBalance']);
  });

  test('a block that does not exist is a failed read', async () => {
    await expect(openState(node, 10_000n)).rejects.toThrow(ReadError);
  });
});

describe('an overlay', () => {
  const changes = {
    [CONTRACT]: { balance: 6n, storage: { [slot(7n)]: slot(43n) } },
    [account(8)]: { code: GET_SLOT_7 } as const,
  } satisfies Record<Address, object>;

  test('answers from its changes, and from below where they say nothing', async () => {
    const above = overlay(state, changes);
    expect(await above.storage(CONTRACT, slot(7n))).toBe(slot(43n));
    expect(await above.storage(CONTRACT, slot(8n))).toBe(slot(0n));
    expect(await above.balance(CONTRACT)).toBe(6n);
    expect(await above.code(CONTRACT)).toBe(GET_SLOT_7);
    expect(await above.code(account(8))).toBe(GET_SLOT_7);
  });

  test('calls run on the changes', async () => {
    const above = overlay(state, changes);
    expect(await above.call({ to: CONTRACT, data: '0x' })).toBe(slot(43n));
    expect(await above.call({ to: account(8), data: '0x' })).toBe(slot(0n));
  });

  test('the last of two overlays wins, slot by slot', async () => {
    const top = overlay(overlay(state, changes), {
      [CONTRACT]: { storage: { [slot(8n)]: slot(1n) } },
    });
    expect(await top.storage(CONTRACT, slot(7n))).toBe(slot(43n));
    expect(await top.storage(CONTRACT, slot(8n))).toBe(slot(1n));
    expect(await top.call({ to: CONTRACT, data: '0x' })).toBe(slot(43n));
  });
});

test.each([
  ['a time past the year 9999', 'eth_getBlockByNumber', { timestamp: '0xffffffffffffffff' }],
  ['a chain id that no number holds', 'eth_chainId', '0xffffffffffffffff'],
])('%s is a failed read', async (_, method, wrong) => {
  const lying: Node = {
    source: 'test',
    request: async (asked, params) => {
      const answer = await node.request(asked, params);
      if (asked !== method) return answer;
      return typeof wrong === 'string' ? wrong : { ...Object(answer), ...wrong };
    },
  };
  await expect(openState(lying)).rejects.toThrow(ReadError);
});

test('observe keeps every read, in the order made', async () => {
  const { value, evidence } = await observe(state, async (view) => {
    const [word] = await Promise.all([view.storage(CONTRACT, slot(7n)), view.balance(CONTRACT)]);
    await view.code(CONTRACT);
    await view.code(account(9));
    return word;
  });
  expect(value).toBe(slot(42n));
  expect(evidence).toEqual([
    { read: `storage ${CONTRACT} slot 0x07`, value: slot(42n) },
    { read: `balance ${CONTRACT}`, value: '5 wei' },
    { read: `code hash ${CONTRACT}`, value: keccak256(GET_SLOT_7) },
    { read: `code hash ${account(9)}`, value: 'no code' },
  ]);
});
