/**
 * Simulation by `eth_simulateV1`: a second simulated block reads the state that the first one left.
 *
 * @see https://github.com/ethereum/execution-apis/blob/main/src/eth/execute.yaml
 */
import { type Address, type Hex, numberToHex, pad } from 'viem';
import { z } from 'zod';
import { ReadError } from '../../errors.ts';
import { ask, type Node } from './node.ts';
import { merge, withLogs } from './overlay.ts';
import { type Message, messageParam, type Premises, type Simulation } from './simulation.ts';
import { log, type Overrides, overridesParam, type State } from './state.ts';
import { transfersIn } from './transfers.ts';
import { bytes, NOBODY, quantity, word } from './values.ts';

/** Runs messages one after the other on top of `state`, and again before each read after them. */
export async function simulateV1(
  node: Node,
  state: State,
  messages: readonly Message[],
  { pretended = {}, done = {} }: Premises,
): Promise<Simulation> {
  const first = {
    stateOverrides: overridesParam(merge(done, pretended)),
    calls: messages.map(messageParam),
  };
  const run = (blocks: readonly object[]) =>
    ask(
      node,
      'eth_simulateV1',
      [
        { blockStateCalls: [first, ...blocks], traceTransfers: true },
        numberToHex(state.block.number),
      ],
      simulatedBlocks,
    );
  /** What a call returns when it comes after the messages. */
  const afterwards = async <T>(
    call: object,
    changes: Overrides,
    schema: z.ZodType<T>,
  ): Promise<T> => {
    const answers = await run([{ stateOverrides: overridesParam(changes), calls: [call] }]);
    const [answer] = answers.at(1)?.calls ?? [];
    const parsed = schema.safeParse(answer?.status === 1n ? answer.returnData : null);
    if (parsed.success) return parsed.data;
    throw new ReadError(
      `${node.source} could not read the state after the transaction: ${answer?.error?.message ?? 'malformed answer'}`,
    );
  };
  const [block] = await run([]);
  const results = block?.calls ?? [];
  if (results.length !== messages.length) {
    throw new ReadError(`${node.source} did not simulate what it was asked to`);
  }
  const failed = results.find(({ status }) => status !== 1n);
  // Some nodes leave what a failed call would have emitted in its answer.
  const logs = results.flatMap(({ status, logs }) => (status === 1n ? logs : []));
  const events = logs.filter(({ account }) => account !== ETHER);
  return {
    method: 'eth_simulateV1',
    succeeded: failed === undefined,
    reason: failed === undefined ? null : (failed.error?.message ?? 'the call fails'),
    logs: events,
    transfers: logs.filter(({ account }) => account === ETHER).flatMap(transfersIn),
    calls: null,
    writes: null,
    after: {
      chainId: state.chainId,
      block: state.block,
      storage: (account, slot) =>
        afterwards({ to: account, data: slot }, { [account]: { code: RETURN_SLOT } }, word),
      code: (account) =>
        afterwards({ to: PROBE, data: pad(account) }, { [PROBE]: { code: RETURN_CODE } }, bytes),
      balance: (account) =>
        afterwards({ to: account, data: '0x' }, { [account]: { code: RETURN_BALANCE } }, quantity),
      call: ({ to, data, from }, changes = {}) =>
        afterwards(from === undefined ? { to, data } : { from, to, data }, changes, bytes),
      logs: (filter) => withLogs(state, events, filter),
    },
  };
}

const simulatedCall = z.object({
  status: quantity,
  returnData: bytes,
  logs: z.array(log).default([]),
  error: z.object({ message: z.string() }).nullish(),
});

const simulatedBlocks = z.array(z.object({ calls: z.array(simulatedCall) }));

/** Where `traceTransfers` has ether log its moves, in the form of ERC-20 transfers. */
const ETHER: Address = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE';

/** Code that returns the storage word named by its calldata. */
const RETURN_SLOT: Hex = '0x6000355460005260206000f3';
/** Code that returns its account's balance. */
const RETURN_BALANCE: Hex = '0x4760005260206000f3';
/** Code that returns the code of the account named by its calldata. */
const RETURN_CODE: Hex = '0x600035803b8060006000843c6000f3';
/** Where code that reads other accounts is put. */
const PROBE = NOBODY;
