/** `power(state)` for positions, and the difference between two of them. Pure. */
import {
  type Coalition,
  type Coalitions,
  type Contribution,
  coalitions,
  contributions,
  DEFAULT_LIMITS,
  explain,
  type Limits,
  leavesBehind,
} from './coalitions.ts';
import { type AccountId, nodeId, type Position, type Rule, taking, type Unread } from './model.ts';

/** What the readers found in one state. */
export interface PowerState {
  readonly rules: readonly Rule[];
  readonly positions: readonly Position[];
  readonly unread: readonly Unread[];
}

/** Who can take one position. */
export interface PositionPower {
  readonly position: Position;
  readonly coalitions: Coalitions;
  /** The fewest leaves that take it; `null` where no set examined does. */
  readonly fewest: number | null;
  /** The earliest second at which any coalition takes it. */
  readonly soonest: number | null;
  readonly contributions: readonly Contribution[];
}

/** Who can take each position of a state, in the order of its positions. */
export function analyse(
  state: PowerState,
  limits: Limits = DEFAULT_LIMITS,
): readonly PositionPower[] {
  return state.positions.map((position) => {
    const found = coalitions(state.rules, taking(state.rules, position.account), limits);
    const seconds = found.list.map((coalition) => coalition.seconds);
    return {
      position,
      coalitions: found,
      fewest: found.list[0]?.leaves.length ?? null,
      soonest: seconds.length === 0 ? null : Math.min(...seconds),
      contributions: contributions(found),
    };
  });
}

/** How power over one position differs between two states. */
export interface PowerChange {
  readonly account: AccountId;
  readonly before: PositionPower;
  readonly after: PositionPower;
  /** Coalitions that take the position now, or sooner than they did. */
  readonly gained: readonly Coalition[];
  /** Coalitions that no longer take it, or only later than they did. */
  readonly lost: readonly Coalition[];
  /** The gained coalitions that have no member with any part in the position before. */
  readonly newcomers: readonly Coalition[];
}

/** The change of power over each position of `before`; those without a change are left out. */
export function diff(
  before: PowerState,
  after: PowerState,
  limits: Limits = DEFAULT_LIMITS,
): readonly PowerChange[] {
  const now = new Map(analyse(after, limits).map((power) => [power.position.account, power]));
  return analyse(before, limits).flatMap((was) => {
    const { account } = was.position;
    const is = now.get(account);
    if (is === undefined) throw new RangeError(`the state after has no position ${account}`);
    const gained = missingFrom(was.coalitions.list, is.coalitions.list);
    const lost = missingFrom(is.coalitions.list, was.coalitions.list);
    if (gained.length === 0 && lost.length === 0) return [];
    const hadPart = new Set(leavesBehind(before.rules, taking(before.rules, account)).map(nodeId));
    const newcomers = gained.filter(({ leaves }) =>
      leaves.every((member) => !hadPart.has(nodeId(member))),
    );
    return [{ account, before: was, after: is, gained, lost, newcomers }];
  });
}

/** The rules, with their evidence, by which a coalition takes a position. */
export function path(state: PowerState, account: AccountId, coalition: Coalition): readonly Rule[] {
  return explain(state.rules, coalition.leaves, taking(state.rules, account));
}

/** The coalitions of `list` that `other` does not hold, at their time or an earlier one. */
function missingFrom(
  other: readonly Coalition[],
  list: readonly Coalition[],
): readonly Coalition[] {
  const times = new Map(other.map((coalition) => [coalitionId(coalition), coalition.seconds]));
  return list.filter((coalition) => {
    const seconds = times.get(coalitionId(coalition));
    return seconds === undefined || seconds > coalition.seconds;
  });
}

const coalitionId = ({ leaves }: Coalition): string => leaves.map(nodeId).join();
