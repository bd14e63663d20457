import { type Hex, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Node, rpcNode } from '../../../src/chains/evm/node.ts';
import { simulate } from '../../../src/chains/evm/simulate.ts';
import { openState, type State } from '../../../src/chains/evm/state.ts';
import { slot } from '../../../src/chains/evm/values.ts';
import { UnsupportedMethodError } from '../../../src/errors.ts';
import { account } from '../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../support/local-chain.ts';

const SENDER = account(1);
const PAYEE = account(2);
/** Writes 9 to slot 1, clears slot 2, logs a topic, and sends its call value on to PAYEE. */
const BUSY = account(3);
const BUSY_CODE: Hex = `0x6009600155600060025560aa60006000a1600060006000600034${`7f${pad(PAYEE).slice(2).toLowerCase()}`}5af1`;
/** Reverts. */
const REVERTS = account(4);
/** Logs and sends in a call that reverts, and ends well itself. */
const SHIELD = account(5);
const SHIELD_CODE: Hex = `0x600060006000600060007f${pad(account(6)).slice(2)}5af1`;
const LOG_AND_REVERT: Hex = '0x60aa60006000a160006000fd';
/** Returns what is in slot 1. */
const READER: Hex = '0x60015460005260206000f3';

let chain: LocalChain;
let live: Node;
let state: State;

const without = (...methods: readonly string[]): Node => ({
  source: live.source,
  request: async (method, params) => {
    if (methods.includes(method)) throw new UnsupportedMethodError(`${method} is not offered`);
    return await live.request(method, params);
  },
});

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    [SENDER]: { balance: 1_000n },
    [BUSY]: { code: BUSY_CODE, storage: { [slot(1n)]: slot(1n), [slot(2n)]: slot(2n) } },
    [REVERTS]: { code: '0x60006000fd' },
    [SHIELD]: { code: SHIELD_CODE },
    [account(6)]: { code: LOG_AND_REVERT },
  });
  live = rpcNode(chain.url);
  state = await openState(live);
});

afterAll(() => chain.stop());

const message = { from: SENDER, to: BUSY, data: '0x', value: 7n } as const;

describe.each([
  ['debug_traceCall', () => live],
  ['eth_simulateV1', () => without('debug_traceCall')],
] as const)('by %s', (method, node) => {
  test('the state after holds what was written, cleared and moved, and all else as before', async () => {
    const { after, succeeded, ...rest } = await simulate(node(), state, [message]);
    expect(rest.method).toBe(method);
    expect(succeeded).toBe(true);
    expect(await after.storage(BUSY, slot(1n))).toBe(slot(9n));
    expect(await after.storage(BUSY, slot(2n))).toBe(slot(0n));
    expect(await after.storage(BUSY, slot(3n))).toBe(slot(0n));
    expect(await after.balance(PAYEE)).toBe(7n);
    expect(await after.balance(BUSY)).toBe(0n);
    expect(await after.code(BUSY)).toBe(BUSY_CODE);
    expect(await after.code(PAYEE)).toBe('0x');
    expect(await state.storage(BUSY, slot(1n))).toBe(slot(1n));
  });

  test('calls on the state after see it', async () => {
    const { after } = await simulate(node(), state, [message]);
    const changed = { [BUSY]: { code: READER } };
    expect(await after.call({ to: BUSY, data: '0x' }, changed)).toBe(slot(9n));
  });

  test('events and moves of ether are told, and stand in the logs of the state after', async () => {
    const { logs, transfers, after } = await simulate(node(), state, [message]);
    const filter = { account: BUSY, topics: [slot(0xaan)], fromBlock: 0n };
    expect(await after.logs(filter)).toEqual(logs);
    expect(await after.logs({ ...filter, topics: [slot(0xabn)] })).toEqual([]);
    expect(await state.logs(filter)).toEqual([]);
    expect(logs).toEqual([{ account: BUSY, topics: [slot(0xaan)], data: '0x' }]);
    expect(transfers).toEqual([
      { from: SENDER, to: BUSY, amount: 7n, item: null },
      { from: BUSY, to: PAYEE, amount: 7n, item: null },
    ]);
  });

  test('overrides lie under the message', async () => {
    const under = { [BUSY]: { code: '0x60006000fd' } } as const;
    expect((await simulate(node(), state, [message], { pretended: under })).succeeded).toBe(false);
    const written = {
      [BUSY]: { storage: { [slot(1n)]: slot(5n), [slot(2n)]: slot(6n) } },
    } as const;
    const { after } = await simulate(node(), state, [message], { pretended: written });
    expect(await after.storage(BUSY, slot(1n))).toBe(slot(9n));
    expect(await after.storage(BUSY, slot(2n))).toBe(slot(0n));
  });

  test('a revert is told, and leaves all as it was', async () => {
    const reverted = await simulate(node(), state, [{ ...message, to: REVERTS }]);
    expect(reverted.succeeded).toBe(false);
    expect(reverted.reason).toMatch(/revert|failed/i);
    expect(reverted.transfers).toEqual([]);
  });

  test('events of an inner call that reverts are none', async () => {
    const { succeeded, logs } = await simulate(node(), state, [
      {
        ...message,
        to: SHIELD,
        value: 0n,
      },
    ]);
    expect(succeeded).toBe(true);
    expect(logs).toEqual([]);
  });
});

test('a node that offers neither cannot simulate', async () => {
  const node = without('debug_traceCall', 'eth_simulateV1');
  await expect(simulate(node, state, [message])).rejects.toThrow(UnsupportedMethodError);
});

test('CALLCODE runs foreign code on the own storage, as a delegatecall does', async () => {
  const frame = { type: 'CALLCODE', from: SENDER, to: BUSY, input: '0x', value: '0x5' };
  const node: Node = {
    source: 'test',
    request: async (_, [, , options]) =>
      JSON.stringify(options).includes('callTracer') ? frame : { pre: {}, post: {} },
  };
  const { calls, transfers } = await simulate(node, state, [message]);
  expect(calls).toMatchObject([{ kind: 'delegatecall' }]);
  expect(transfers).toEqual([]);
});

test('an account that is gone after the message holds nothing', async () => {
  const node: Node = {
    source: 'test',
    request: async (_, [, , options]) =>
      JSON.stringify(options).includes('callTracer')
        ? { type: 'CALL', from: SENDER, to: BUSY, input: '0x' }
        : { pre: { [BUSY]: { balance: '0x7', code: BUSY_CODE } }, post: {} },
  };
  const { after } = await simulate(node, state, [message]);
  expect([await after.balance(BUSY), await after.code(BUSY)]).toEqual([0n, '0x']);
});

describe('a trace of a thousand nested calls', () => {
  const nested = (depth: number): object => {
    let frame: object = { type: 'CALL', from: SENDER, to: BUSY, input: '0x' };
    for (let level = 1; level < depth; level += 1) frame = { ...frame, calls: [frame] };
    return frame;
  };
  const tracing = (depth: number): Node => ({
    source: 'test',
    request: async (_, [, , options]) =>
      JSON.stringify(options).includes('callTracer') ? nested(depth) : { pre: {}, post: {} },
  });

  test('is read to its end', async () => {
    expect((await simulate(tracing(1_024), state, [message])).calls).toHaveLength(1_024);
  });

  test('is refused where it has no end', async () => {
    await expect(simulate(tracing(100_001), state, [message])).rejects.toThrow(
      /more than 100000 calls: not read/,
    );
  });
});

test('calls are told by a trace alone', async () => {
  expect((await simulate(live, state, [message])).calls).toEqual([
    { kind: 'call', from: SENDER, to: BUSY, data: '0x', value: 7n },
    { kind: 'call', from: BUSY, to: PAYEE, data: '0x', value: 7n },
  ]);
  expect((await simulate(without('debug_traceCall'), state, [message])).calls).toBeNull();
});
