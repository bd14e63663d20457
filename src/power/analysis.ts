/** `power(state)` for positions, and the difference between two of them. Pure. */
import {
  type Coalition,
  type Coalitions,
  type Contribution,
  coalitions,
  contributions,
  DEFAULT_LIMITS,
  earliest,
  explain,
  footing,
  type Limits,
  leavesBehind,
} from './coalitions.ts';
import {
  type AccountId,
  nodeId,
  type Position,
  power,
  type Requirement,
  type Rule,
  type SimpleAction,
  taking,
  type Unread,
} from './model.ts';

/** What the readers found in one state. */
export interface PowerState {
  readonly rules: readonly Rule[];
  readonly positions: readonly Position[];
  readonly unread: readonly Unread[];
}

/** A state and who holds power over each of its positions, in their order. */
export interface AnalysedState extends PowerState {
  readonly powers: readonly PositionPower[];
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

/** What was searched, by its footing: what rests on the same is not searched again. */
export type Searched = Map<string, Coalitions>;

/**
 * Who holds power over each position of a state.
 *
 * @param searched within the same limits, in this state or another.
 */
export function analyse(
  state: PowerState,
  limits: Limits = DEFAULT_LIMITS,
  searched: Searched = new Map(),
): AnalysedState {
  const powers = state.positions.map((position): PositionPower => {
    const { account } = position;
    const search = (action: PowerChange['action']): Coalitions => {
      const goal = goalOf(state.rules, account, action);
      const name = footing(state.rules, goal, account);
      const known = searched.get(name) ?? coalitions(state.rules, goal, limits);
      searched.set(name, known);
      return known;
    };
    const found = search('take');
    return {
      position,
      coalitions: found,
      fewest: found.list[0]?.leaves.length ?? null,
      soonest: soonestOf(found.list),
      contributions: contributions(found),
      others: otherActions(state.rules, account).map((action) => ({
        action,
        coalitions: search(action),
      })),
    };
  });
  return { ...state, powers };
}

const soonestOf = (list: readonly Coalition[]): number | null =>
  list.reduce<number | null>(
    (least, { seconds }) => (least === null ? seconds : Math.min(least, seconds)),
    null,
  );

/** The actions besides full control and spending that the rules grant on an account, by name. */
function otherActions(rules: readonly Rule[], account: AccountId): readonly SimpleAction[] {
  const actions = rules.flatMap(({ grants }): readonly SimpleAction[] => {
    if (grants.type !== 'power' || grants.account !== account) return [];
    return typeof grants.action !== 'string' || grants.action === 'act' ? [] : [grants.action];
  });
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
  const now = new Map(after.powers.map((each) => [each.position.account, each]));
  return before.powers.flatMap((was) => {
    const { account } = was.position;
    const is = now.get(account);
    if (is === undefined) throw new RangeError(`the state after has no position ${account}`);
    const wasOpen = was.coalitions.list.some(({ leaves }) => leaves.length === 0);
    return actionsOf(was, is).flatMap((action) => {
      // What rests on the same is the same.
      if (coalitionsOf(was, action) === coalitionsOf(is, action)) return [];
      const gained = missingFrom(listOf(was, action), listOf(is, action));
      const lost = missingFrom(listOf(is, action), listOf(was, action));
      if (gained.length === 0 && lost.length === 0) return [];
      const newcomers = gained.filter(
        ({ leaves }) => !wasOpen && leaves.every((member) => !hadPart.has(nodeId(member))),
      );
      const strangers =
        wasOpen || newcomers.length > 0 ? null : coalitionOutside(hadPart, after, account, action);
      return [
        { account, action, gained, lost, newcomers: strangers === null ? newcomers : [strangers] },
      ];
    });
  });
}

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

const actionsOf = (was: PositionPower, is: PositionPower): readonly PowerChange['action'][] => [
  'take',
  ...new Set([...was.others, ...is.others].map(({ action }) => action)),
];

const coalitionsOf = (
  { coalitions: taking, others }: PositionPower,
  action: PowerChange['action'],
): Coalitions | undefined =>
  action === 'take' ? taking : others.find((each) => each.action === action)?.coalitions;

const listOf = (power: PositionPower, action: PowerChange['action']): readonly Coalition[] =>
  coalitionsOf(power, action)?.list ?? [];

/** The rules, with their evidence, by which a coalition holds a power over a position. */
export function path(
  { rules }: PowerState,
  { account, action }: Pick<PowerChange, 'account' | 'action'>,
  coalition: Coalition,
): readonly Rule[] {
  return explain(rules, coalition.leaves, goalOf(rules, account, action));
}

/**
 * The coalitions of `list` that `other` does not hold, at their time or an earlier one: neither they nor
 * some of their members alone.
 */
function missingFrom(
  other: readonly Coalition[],
  list: readonly Coalition[],
): readonly Coalition[] {
  const held = other.map(({ leaves, seconds }) => ({ leaves: leaves.map(nodeId), seconds }));
  return list.filter(({ leaves, seconds }) => {
    const members = new Set(leaves.map(nodeId));
    return !held.some(
      (each) => each.seconds <= seconds && each.leaves.every((leaf) => members.has(leaf)),
    );
  });
}
