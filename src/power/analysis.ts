/** `power(state)` for positions, and the difference between two of them. Pure. */
import {
  type Coalition,
  type Coalitions,
  type Contribution,
  type Search,
  search,
} from './coalitions.ts';
import { leavesBehind } from './graph.ts';
import {
  type AccountId,
  nodeId,
  type Position,
  power,
  powersOver,
  type Requirement,
  type Rule,
  type SimpleAction,
  taking,
  type Unread,
} from './model.ts';
import { earliest, explain } from './reach.ts';

/** What the readers found in one state. */
export interface PowerState {
  readonly rules: readonly Rule[];
  readonly positions: readonly Position[];
  readonly unread: readonly Unread[];
}

/** A state and who holds power over each of its positions, in their order. */
export interface AnalysedState extends PowerState {
  readonly powers: readonly PositionPower[];
  /** By which they were found, and are compared with others. */
  readonly by: Search;
}

/** Who holds power over one position. */
export interface PositionPower {
  readonly position: Position;
  /** Who takes it. */
  readonly coalitions: Coalitions;
  /** The fewest leaves that take it; `null` where no set examined does. */
  readonly fewest: number | null;
  /** The earliest second at which any coalition takes it. */
  readonly soonest: number | null;
  readonly contributions: readonly Contribution[];
  /** Who may do what else to it: upgrade, pause, veto. */
  readonly others: readonly OtherPower[];
}

/** Who holds a power over a position that is not, or not only, a way to take it. */
interface OtherPower {
  readonly action: SimpleAction;
  readonly coalitions: Coalitions;
}

/**
 * Who holds power over each position of a state.
 *
 * @param by what was found by it before is not searched again.
 */
export function analyse(state: PowerState, by: Search = search()): AnalysedState {
  const powers = state.positions.map((position): PositionPower => {
    const { account } = position;
    const found = by.coalitions(state.rules, goalOf(state.rules, account, 'take'));
    return {
      position,
      coalitions: found,
      fewest: found.fewest,
      soonest: found.soonest,
      contributions: by.contributions(found),
      others: otherActions(state.rules, account).map((action) => ({
        action,
        coalitions: by.coalitions(state.rules, goalOf(state.rules, account, action)),
      })),
    };
  });
  return { ...state, powers, by };
}

/** The actions besides full control and spending that the rules grant on an account, by name. */
function otherActions(rules: readonly Rule[], account: AccountId): readonly SimpleAction[] {
  const actions = powersOver(rules, account).flatMap(({ action }) =>
    typeof action !== 'string' || action === 'act' ? [] : [action],
  );
  return [...new Set(actions)].sort();
}

/** How one power over one position differs between two states. */
export interface PowerChange {
  readonly account: AccountId;
  /** What the coalitions do: `take` is by full control or by spending. */
  readonly action: 'take' | SimpleAction;
  /** Coalitions that hold the power now, or sooner than they did. */
  readonly gained: readonly Coalition[];
  /** Coalitions that no longer hold it, or only later than they did. */
  readonly lost: readonly Coalition[];
  /**
   * The gained coalitions that have no member with any part in taking a position before; where none was
   * enumerated and all such strangers together hold the power, all of them. Where anyone could take it
   * before, nobody is a newcomer.
   */
  readonly newcomers: readonly Coalition[];
}

/**
 * The changes of power over the positions of `before`; powers without a change are left out.
 *
 * @param insiders who is no newcomer beside those with a part in taking a position of `before`, by node.
 * @throws RangeError `after` lacks a position of `before`: a mistake of the caller.
 */
export function diff(
  before: AnalysedState,
  after: AnalysedState,
  insiders: ReadonlySet<string> = new Set(),
): readonly PowerChange[] {
  const hadPart = new Set([...insiders, ...membersOf(before)]);
  const isThere = new Set(after.positions.map(({ account }) => account));
  return before.positions.flatMap(({ account }) => {
    if (!isThere.has(account)) {
      throw new RangeError(`the state after has no position ${account}`);
    }
    const actions = [before, after].flatMap(({ rules }) => otherActions(rules, account));
    return ['take' as const, ...new Set(actions)].flatMap((action) =>
      changeOf(before, after, account, action, hadPart),
    );
  });
}

/** How one power over one account differs; nothing where it does not. */
function changeOf(
  before: AnalysedState,
  after: AnalysedState,
  account: AccountId,
  action: PowerChange['action'],
  hadPart: ReadonlySet<string>,
): readonly PowerChange[] {
  const by = after.by;
  const [was, is] = [before, after].map(({ rules }) =>
    by.coalitions(rules, goalOf(rules, account, action)),
  );
  // What rests on the same is the same.
  if (was === undefined || is === undefined || was === is) return [];
  const gained = by.gained(was, is, hadPart);
  const lost = by.gained(is, was, hadPart).list;
  const isOpen = isOpenToAll(was);
  const newcomers = isOpen ? [] : gained.newcomers;
  const strangers =
    isOpen || is.complete || newcomers.length > 0
      ? null
      : coalitionOutside(hadPart, after, account, action);
  if (gained.list.length === 0 && lost.length === 0 && strangers === null) return [];
  return [
    {
      ...{ account, action, gained: gained.list, lost },
      newcomers: strangers === null ? newcomers : [strangers],
    },
  ];
}

/** Whether anyone at all may do it. */
const isOpenToAll = ({ fewest }: Coalitions): boolean => fewest === 0;

/** Everyone with a part in taking a position of a state, by node. */
export const membersOf = ({ rules, positions }: PowerState): ReadonlySet<string> =>
  new Set(
    positions.flatMap(({ account }) => leavesBehind(rules, taking(rules, account)).map(nodeId)),
  );

/** Everyone who had no part, where all of them together hold a power now: no enumeration can miss it. */
function coalitionOutside(
  hadPart: ReadonlySet<string>,
  { rules }: AnalysedState,
  account: AccountId,
  action: PowerChange['action'],
): Coalition | null {
  const goal = goalOf(rules, account, action);
  const leaves = leavesBehind(rules, goal).filter((member) => !hadPart.has(nodeId(member)));
  const seconds = earliest(rules, leaves, goal);
  return seconds === null ? null : { leaves, seconds };
}

const goalOf = (
  rules: readonly Rule[],
  account: AccountId,
  action: PowerChange['action'],
): Requirement => (action === 'take' ? taking(rules, account) : power(account, action));

/** The rules, with their evidence, by which a coalition holds a power over a position. */
export function path(
  { rules }: PowerState,
  { account, action }: Pick<PowerChange, 'account' | 'action'>,
  coalition: Coalition,
): readonly Rule[] {
  return explain(rules, coalition.leaves, goalOf(rules, account, action));
}
