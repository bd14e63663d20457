import fc from 'fast-check';
import { type Address, hexToString, pad, toHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { discover, type Visited } from '../../../src/chains/evm/discover.ts';
import type { Reader, Reading } from '../../../src/chains/evm/reader.ts';
import type { State } from '../../../src/chains/evm/state.ts';
import { accountId, addressOf } from '../../../src/chains/evm/values.ts';
import { ReadError, UnreachableError } from '../../../src/errors.ts';
import { act } from '../../../src/power/model.ts';
import { account } from '../../support/accounts.ts';
import { OPAQUE_CODE } from '../../support/opaque.ts';
import { stateOfReads } from '../../support/states.ts';

/** A state in which every account has code, and nothing else is read. */
const state = stateOfReads({ code: async (of) => pad(of) });

/** A reading of nothing, but for what is said. */
const finding = (reading: Partial<Reading>): Reading => ({
  kind: 'test',
  rules: [],
  covers: 'all',
  delegatesTo: [],
  announces: [],
  unread: [],
  ...reading,
});

const withReading = (reading: Partial<Reading>): Reader => ({
  id: 'test',
  refuses: [],
  read: async () => finding(reading),
});

/** Says that each account belongs to the next one. */
const nextOne: Reader = {
  id: 'next',
  refuses: [],
  read: async ({ account: of }) => {
    const next = addressOf(pad(`0x${(BigInt(of) + 1n).toString(16)}`));
    const [grants, requires] = [act(accountId(1, of)), act(accountId(1, next))];
    return finding({ rules: [{ grants, requires, reader: 'next', evidence: [] }] });
  },
};

test('stops at the bound of depth, and says so', async () => {
  const { found, unread } = await discover(state, [account(1)], [nextOne], {
    bounds: { depth: 3, frames: 99 },
  });
  expect(found).toHaveLength(4);
  expect(unread).toEqual([
    { account: accountId(1, account(5)), reason: 'more than 3 steps away: not read' },
  ]);
});

test('stops at the bound of accounts, and says so', async () => {
  const { found, unread } = await discover(state, [account(1)], [nextOne], {
    bounds: { depth: 99, frames: 5 },
  });
  expect(found).toHaveLength(5);
  expect(unread).toEqual([
    { account: accountId(1, account(6)), reason: 'past the bound of 5 accounts: not read' },
  ]);
});

test('reads an account once, whoever leads to it', async () => {
  const { found } = await discover(state, [account(1), account(2), account(1)], [nextOne], {
    bounds: { depth: 1, frames: 99 },
  });
  expect(found.map(({ frame }) => frame.account)).toEqual([1, 2, 3].map(account));
});

test('what a reader does not cover is read from the bytecode, and is opaque where that fails', async () => {
  const unreadable = stateOfReads({ code: async () => OPAQUE_CODE });
  const partly = withReading({ covers: [] });
  const { rules, unread } = await discover(unreadable, [account(1)], [partly]);
  expect(rules.map(({ reader }) => reader)).toEqual(['opaque']);
  expect(unread[0]?.reason).toBe('the fallback could not be followed to its ends');
});

test('code that runs itself is read once', async () => {
  const itself = withReading({ delegatesTo: [{ codeAt: account(1), evidence: [] }] });
  expect((await discover(state, [account(1)], [itself])).found).toHaveLength(1);
});

test('a failed read makes the account opaque, with the reason', async () => {
  const failing: State = { ...state, code: () => Promise.reject(new ReadError('pruned')) };
  const { rules, unread } = await discover(failing, [account(1)], [nextOne]);
  expect(rules.map(({ reader }) => reader)).toEqual(['opaque']);
  expect(unread).toEqual([{ account: accountId(1, account(1)), reason: 'pruned' }]);
});

test('a node that does not answer ends it: nothing that follows could be read', async () => {
  const dead: State = { ...state, code: () => Promise.reject(new UnreachableError('gone')) };
  await expect(discover(dead, [account(1)], [nextOne])).rejects.toThrow(UnreachableError);
});

test('code that few functions reach is read with those, and once more where others do', async () => {
  const reaches = ['0x00000001', '0x00000002'] as const;
  const dispatching = withReading({
    delegatesTo: [
      { codeAt: account(2), reaches, evidence: [] },
      { codeAt: account(2), reaches, evidence: [] },
      { codeAt: account(2), evidence: [] },
    ],
  });
  const { found } = await discover(state, [account(1)], [dispatching]);
  expect(found.map(({ frame }) => [frame.codeAt, frame.reaches])).toEqual([
    [account(1), undefined],
    [account(2), reaches],
    [account(2), undefined],
  ]);
});

describe('reading does not wait for levels', () => {
  /** Which accounts each account belongs to, and which code it runs, by small numbers. */
  const graphs = fc.array(
    fc.record({
      owners: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
      runs: fc.array(fc.nat({ max: 9 }), { maxLength: 1 }),
      fails: fc.boolean(),
    }),
    { minLength: 10, maxLength: 10 },
  );
  const indexOf = (of: Address): number => Number(BigInt(of) & 0xffn);

  /** Reads a graph, each account in as many steps as `steps` says. */
  const readerOf = (
    graph: readonly { owners: readonly number[]; runs: readonly number[]; fails: boolean }[],
    steps: readonly number[],
  ): Reader => ({
    id: 'graph',
    refuses: [],
    read: async ({ account: of, codeAt }) => {
      const { owners, runs, fails } = graph[indexOf(codeAt)] ?? {
        owners: [],
        runs: [],
        fails: true,
      };
      for (let step = 0; step < (steps[indexOf(codeAt)] ?? 0); step += 1) await Promise.resolve();
      if (fails) throw new ReadError(`no ${indexOf(codeAt)}`);
      const evidence = [{ read: `owners in ${indexOf(codeAt)}`, value: owners.join() }];
      return finding({
        rules: owners.map((owner) => ({
          grants: act(accountId(1, of)),
          requires: act(accountId(1, account(owner))),
          reader: 'graph',
          evidence,
        })),
        delegatesTo: runs.map((codeOf) => ({ codeAt: account(codeOf), evidence })),
      });
    },
  });

  test('and finds the same in the same order, whatever takes how long', async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs,
        fc.array(fc.nat({ max: 30 }), { minLength: 10, maxLength: 10 }),
        fc.record({ depth: fc.nat({ max: 4 }), frames: fc.integer({ min: 1, max: 12 }) }),
        async (graph, steps, bounds) => {
          const from = [0, 1, 2].map(account);
          const found = await discover(state, from, [readerOf(graph, steps)], { bounds });
          const atOnce = await discover(state, from, [readerOf(graph, [])], { bounds });
          expect(found).toEqual(atOnce);
          expect(found.found.length).toBeLessThanOrEqual(bounds.frames);
        },
      ),
    );
  });

  test('and is no longer than its longest chain', async () => {
    const asked: Address[] = [];
    const counted: State = {
      ...state,
      code: async (of) => {
        asked.push(of);
        return pad(of);
      },
    };
    // 0 is slow, and belongs to no one; 1 belongs to 2, which belongs to 3.
    const nobody = { owners: [], runs: [], fails: false };
    const graph = [nobody, { ...nobody, owners: [2] }, { ...nobody, owners: [3] }, nobody];
    let isDone = false;
    const quick = readerOf(graph, []);
    const slow: Reader = {
      ...quick,
      read: async (frame, of) => {
        if (indexOf(frame.account) === 0) {
          await new Promise((resolve) => setTimeout(resolve));
          isDone = true;
        }
        if (indexOf(frame.account) === 3) expect(isDone).toBe(false);
        return await quick.read(frame, of);
      },
    };
    await discover(counted, [account(0), account(1)], [slow]);
    expect(asked).toEqual([0, 1, 2, 3].map(account));
  });
});

describe('what was read of another state', () => {
  const SIZE = 6;
  /** Whom each account belongs to; `null` where it cannot be read. */
  type Owners = readonly (readonly number[] | null)[];
  const owners: fc.Arbitrary<Owners> = fc.array(
    fc.option(fc.array(fc.nat({ max: SIZE - 1 }), { maxLength: 3 })),
    { minLength: SIZE, maxLength: SIZE },
  );
  const stateOf = (of: Owners): State =>
    stateOfReads({
      code: async () => OPAQUE_CODE,
      call: async ({ to }) => {
        const said = of[Number(BigInt(to) & 0xffn)] ?? null;
        if (said === null) throw new ReadError('refused');
        return toHex(JSON.stringify(said));
      },
    });
  const reading: Address[] = [];
  const asking: Reader = {
    id: 'asking',
    refuses: [],
    read: async ({ account: of }, from) => {
      reading.push(of);
      const said: readonly number[] = JSON.parse(
        hexToString(await from.call({ to: of, data: '0x' })),
      );
      return finding({
        rules: said.map((owner) => ({
          grants: act(accountId(1, of)),
          requires: act(accountId(1, account(owner))),
          reader: 'asking',
          evidence: [],
        })),
      });
    },
  };
  const from = [account(0), account(1)];

  test('changes nothing of what is found, read before or meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(owners, owners, fc.boolean(), async (one, other, isMeanwhile) => {
        const visited: Visited = new Map();
        const first = discover(stateOf(one), from, [asking], { visited });
        if (!isMeanwhile) await first;
        const second = discover(stateOf(other), from, [asking], { visited });
        expect(await first).toEqual(await discover(stateOf(one), from, [asking]));
        expect(await second).toEqual(await discover(stateOf(other), from, [asking]));
      }),
    );
  });

  test('is read again only where a read is answered differently', async () => {
    const visited: Visited = new Map();
    const before: Owners = [[2], [3], [], [4], [], []];
    await discover(stateOf(before), from, [asking], { visited });
    reading.length = 0;
    await discover(stateOf(before.with(3, [5])), from, [asking], { visited });
    expect(reading).toEqual([account(3), account(5)]);
  });
});
