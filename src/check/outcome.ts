/** Runs a request, and reads power after it. */
import { type Hex, numberToHex, toEventSelector, zeroAddress } from 'viem';
import type { Allowance, Allowances } from '../chains/evm/allowances.ts';
import { decodeCall } from '../chains/evm/decode/decode.ts';
import { flatten } from '../chains/evm/decode/decoded.ts';
import { ask } from '../chains/evm/node.ts';
import { simulate } from '../chains/evm/simulate.ts';
import type { MadeCall } from '../chains/evm/simulation.ts';
import { accountId, bytes } from '../chains/evm/values.ts';
import { orReason, ReadError } from '../errors.ts';
import { mapPower, type PowerMap } from '../map/map.ts';
import { diff, membersOf } from '../power/analysis.ts';
import { compareAllowances, type Named } from './approvals.ts';
import { actorsIn, examineCalls, paymentsIn } from './effects.ts';
import { type Execution, executionOf } from './execution.ts';
import type {
  ChangeSeen,
  Outcome,
  ProposedInput,
  RunInput,
  SafeFacts,
  Unsimulated,
  YoungCode,
} from './facts.ts';
import { isListed } from './listed.ts';
import { ordersOf } from './orders.ts';
import { entriesAfter, leftBehind, type Planted, plantedRules } from './planted.ts';
import { rehearseQueued } from './rehearsal.ts';
import { isRewritten, touchedAccounts, unexplainedWrites, writtenByOthers } from './writes.ts';

/** What a request would do, or why that cannot be said. */
export async function outcomeOf(
  input: ProposedInput,
  before: Promise<PowerMap>,
  proposed: Promise<SafeFacts | null>,
): Promise<Outcome | Unsimulated> {
  return await orUnsimulated(async () => {
    const safe = await proposed;
    const execution = executionOf(input, safe);
    return await run(input, before, execution, ordersOf(input.request), safe);
  });
}

/** What `work` gives, or why it could not be read. */
export async function orUnsimulated(work: () => Promise<Outcome>): Promise<Outcome | Unsimulated> {
  const outcome = await orReason(work());
  return typeof outcome === 'string' ? { simulated: false, reason: outcome } : outcome;
}

/**
 * Runs messages and examines what they do.
 *
 * @param ordered what is asked for, which is all that is known to be called where the node does not trace.
 */
export async function run(
  input: RunInput,
  reading: Promise<PowerMap>,
  execution: Execution,
  ordered: readonly MadeCall[],
  safe: SafeFacts | null = null,
): Promise<Outcome> {
  const { node, state, organisation, positions, met } = input;
  const simulation = await simulate(node, state, execution.messages, execution);
  const calls = simulation.calls ?? callsWithin(ordered);
  const touched = touchedAccounts(simulation, calls, positions);
  if (touched.length > MAX_TOUCHED) {
    throw new ReadError(
      `It changes ${touched.length} accounts, and power over at most ${MAX_TOUCHED} is looked at`,
    );
  }
  const comparing = compareAllowances(simulation, calls, positions, organisation, state);
  const known = allowancesAfter(reading, comparing);
  const mapAfter = (planted: Partial<Planted> = {}): Promise<PowerMap> =>
    mapPower(simulation.after, positions, organisation, { known, met, ...planted });
  // Only foreign code writes to a list and leaves entries behind.
  const entering = reading.then((map) =>
    entriesAfter(writtenByOthers(calls, map), map, simulation.after),
  );
  const [before, entries, allowances, listed, touchedBefore, touchedAfter, young] =
    await Promise.all([
      reading,
      entering,
      comparing,
      mapAfter(),
      mapPower(state, touched, organisation, { known: NONE, met }),
      mapPower(simulation.after, touched, organisation, { known: NONE, met }),
      youngCode(input, calls, reading),
      rehearseQueued(input, simulation, calls),
    ]);
  const pretended = execution.pretended ?? {};
  const unexplained = unexplainedWrites(simulation, pretended, calls, [before, listed]);
  const left = leftBehind(entries, listed, state.chainId);
  const planted = plantedRules([...unexplained, ...left], listed, state.chainId);
  const after = planted.rules.length === 0 ? listed : await mapAfter(planted);
  const maps = [before, touchedBefore, after, touchedAfter];
  const actors = actorsIn(calls, [...positions, ...(execution.acting ?? [])], maps);
  const changes = [
    ...changesOf(before, after, before),
    ...changesOf(touchedBefore, touchedAfter, before),
  ];
  return {
    simulated: true,
    simulation,
    executes: !simulation.logs.some(
      ({ account, topics: [topic] }) =>
        account === safe?.proposal.transaction.safe &&
        topic !== undefined &&
        EXECUTION_FAILURES.has(topic),
    ),
    after,
    touched: { before: touchedBefore, after: touchedAfter },
    changes,
    calls,
    actors,
    payments: paymentsIn(simulation, calls, actors, organisation, state.chainId),
    approvals: allowances.given,
    ...(await examineCalls({
      calls,
      isTraced: simulation.calls !== null,
      actors,
      maps,
      wallet: safe?.wallet ?? null,
      approvals: allowances,
      writes: simulation.writes,
      isJudged: (account) =>
        changes.some((each) => each.account === accountId(state.chainId, account)) ||
        !isRewritten(account, simulation, pretended),
      organisation,
      state,
    })),
    unexplained,
    young,
  };
}

/** What others may take of the positions after. */
async function allowancesAfter(
  reading: Promise<PowerMap>,
  comparing: Promise<Named>,
): Promise<Allowances> {
  const [{ allowances: before }, named] = await Promise.all([reading, comparing]);
  return {
    allowances: standing(before.allowances, named),
    unread: [...before.unread, ...named.unread],
  };
}

/** The allowances that count as power after: those of before as they are now, and those given that take all. */
function standing(before: readonly Allowance[], { after, given }: Named): readonly Allowance[] {
  const nameOf = ({ position, key }: Allowance): string => `${position} ${key}`;
  const had = new Set(before.map(nameOf));
  const named = new Set(after.map(nameOf));
  const taking = new Set(
    given
      .filter(({ isWhole, isExpected }) => isWhole && !isExpected)
      .map(({ allowance }) => nameOf(allowance)),
  );
  return [
    ...before.filter((each) => !named.has(nameOf(each))),
    ...after.filter(
      (each) => each.value.limit > 0n && (had.has(nameOf(each)) || taking.has(nameOf(each))),
    ),
  ];
}

/** The changes between two maps; whoever has a part in our positions is no newcomer anywhere. */
const changesOf = (before: PowerMap, after: PowerMap, ours: PowerMap): readonly ChangeSeen[] =>
  diff(before, after, membersOf(ours)).map((change) => ({ ...change, before, after }));

/** More accounts than anyone's transaction changes on purpose. */
const MAX_TOUCHED = 40;

const NONE: Promise<Allowances> = Promise.resolve({ allowances: [], unread: [] });

/** The calls that some calls say are to be made in them, and they themselves. */
const callsWithin = (calls: readonly MadeCall[]): readonly MadeCall[] =>
  calls.flatMap(({ kind, ...call }) =>
    kind === 'staticcall' || kind === 'selfdestruct'
      ? []
      : [...flatten(decodeCall({ kind, ...call }))].flatMap(({ from, to, made, ...each }) =>
          made === 'later' || from === null ? [] : [{ ...each, from, to: to ?? zeroAddress }],
        ),
  );

/** How a Safe says that the call inside failed: from 1.1.0 on, and in 1.0.0. */
const EXECUTION_FAILURES: ReadonlySet<Hex> = new Set([
  toEventSelector('ExecutionFailure(bytes32,uint256)'),
  toEventSelector('ExecutionFailed(bytes32)'),
]);

/** About a week, and about a day, of Ethereum's blocks; the state of the last 128 every node has. */
const AGES: readonly number[] = [120, 7_200, 50_400];

/**
 * The accounts that are called, and are not listed, that had no code a while ago. What a node does not
 * keep it cannot say: nothing is concluded from that.
 */
async function youngCode(
  { node, state, organisation, positions }: RunInput,
  calls: readonly MadeCall[],
  reading: Promise<PowerMap>,
): Promise<readonly YoungCode[]> {
  const { found } = await reading;
  const known = new Set(found.flatMap(({ frame }) => [frame.account, frame.codeAt]));
  const called = calls
    .filter(
      ({ kind, from, data }) => kind !== 'create' && data !== '0x' && positions.includes(from),
    )
    .map(({ to }) => to);
  const strangers = [...new Set(called)].filter(
    (account) => !known.has(account) && !isListed(organisation, state.chainId, account),
  );
  const ages = AGES.filter((blocks) => BigInt(blocks) <= state.block.number);
  const young = await Promise.all(
    strangers.map(async (account) => {
      const [now, ...then] = await Promise.all([
        orReason(state.code(account)),
        ...ages.map((blocks) =>
          orReason(
            ask(
              node,
              'eth_getCode',
              [account, numberToHex(state.block.number - BigInt(blocks))],
              bytes,
            ),
          ),
        ),
      ]);
      if (now === '0x') return [];
      const index = then.indexOf('0x');
      return index < 0 ? [] : [{ account, blocks: ages[index] ?? 0 }];
    }),
  );
  return young.flat();
}
