/** The words in which every rendering of a map speaks of accounts, holders and what they take. */
import { describeWhen } from '../power/describe.ts';
import { count, formatAmount, formatUsd, fullId, list, short } from '../words.ts';
import type { PowerDocument } from './document.ts';
import { grouped } from './grouped.ts';

export type Names = PowerDocument['names'];
export type Position = Pick<PowerDocument, 'positions'>['positions'][number];
export type Requirement = PowerDocument['rules'][number]['requires'];

/** A node of the document, taken apart: `role(eip155:1:0x…, MINTER_ROLE)`. */
export interface NodeParts {
  readonly kind: string;
  /** The account, or the id of a person, a device or a vendor. */
  readonly id: string;
  /** The name of a role; the limit and asset of a spending power. */
  readonly detail: string | null;
}

export function partsOf(node: string): NodeParts {
  const [, kind = '', id = node, detail] = /^(\w+)\(([^,]*?)(?:, (.*))?\)$/s.exec(node) ?? [];
  return { kind, id, detail: detail ?? null };
}

const DECLARED: ReadonlySet<string> = new Set(['person', 'device', 'vendor']);

/** Whether a node is a person, a device or a vendor: known by name, at no address. */
export const isDeclared = (node: string): boolean => DECLARED.has(partsOf(node).kind);

/** `act(eip155:1:0x1F4E…)` as `act 0x1F4E…`: the chain stands at the top. */
export function nodeText(
  node: string,
  names: Names = {},
  address: (id: string) => string = fullId,
): string {
  const { kind, id, detail } = partsOf(node);
  if (isDeclared(node)) return `${kind} ${names[node] ?? id}`;
  const name = names[id];
  const account = name === undefined ? address(id) : `${address(id)} (${name})`;
  return kind === 'role' ? `${detail ?? 'a role'} of ${account}` : `${kind} ${account}`;
}

/** The same, short: for where the full address stands nearby. */
export function shortNode(node: string, names: Names): string {
  const { kind, id } = partsOf(node);
  if (isDeclared(node)) return names[node] ?? id;
  const who = names[id] ?? short(fullId(id));
  return kind === 'opaque' ? `whoever controls ${who}` : `${kind} ${who}`;
}

/** The address in full, and the name by which it is known. */
export const positionName = ({ account, name }: Pick<Position, 'account' | 'name'>): string =>
  name === null ? fullId(account) : `${fullId(account)}  ${name}`;

/** What an account is, in the field's words. */
export function kindsOf({ accounts }: Pick<PowerDocument, 'accounts'>, account: string): string {
  const kinds = accounts.filter((each) => each.account === account).flatMap((each) => each.kinds);
  return kinds.length === 0 ? 'code that no reader knows' : kinds.join(', ');
}

/** What the chain's own coin is called: it comes first in every position. */
export const coinIn = (
  positions: readonly { readonly holdings: readonly { readonly symbol: string }[] }[],
): string => positions[0]?.holdings[0]?.symbol ?? 'ETH';

/** What sits in a position, with what it is worth where a price is known. */
export function holdingsText({ holdings }: Pick<Position, 'holdings'>): string {
  const [coin, ...tokens] = holdings;
  const shown = [
    ...(coin === undefined ? [] : [coin]),
    ...tokens.filter(({ amount }) => amount !== '0'),
  ];
  return shown.map(holdingText).join(', ');
}

function holdingText({ amount, decimals, symbol, usd, price }: Holding): string {
  if (amount === null) return `${symbol} not read`;
  const held = `${formatAmount(BigInt(amount), decimals)} ${symbol}`;
  if (usd === null) return held;
  return `${held} (${formatUsd(usd)}${price === 'stale feed' ? ', by an old price' : ''})`;
}

type Holding = Position['holdings'][number];

/** What a position is worth, and what that leaves out: `$1.46B`, `no price`. */
export function worthText({ usd, holdings }: Position, format: (usd: string) => string): string {
  const held = holdings.filter(({ amount }) => amount !== '0');
  if (usd === null)
    return held.some(({ unread }) => unread !== null) ? 'value not read' : 'no price';
  const left = held.filter((each) => each.usd === null).map(({ symbol }) => symbol);
  const isStale = held.some(({ price }) => price === 'stale feed');
  const notes = [
    ...(left.length === 0 ? [] : [`without ${list(left)}`]),
    ...(isStale ? ['by an old price'] : []),
  ];
  return [format(usd), ...notes].join(' ');
}

type Coalition = Position['coalitions']['list'][number];

const PLURALS: Readonly<Record<string, string>> = {
  person: 'people',
  'unread account': 'unread accounts',
};

/** "2 people", "3 keys", "1 holder": by what the members are, where they are all of one kind. */
function holders(coalitions: readonly Coalition[]): string {
  const [first] = coalitions;
  const size = first?.leaves.length ?? 0;
  if (size === 0) return 'anyone';
  const kinds = new Set(coalitions.flatMap(({ leaves }) => leaves).map((id) => partsOf(id).kind));
  const [kind = 'holder', ...more] = kinds;
  const noun = more.length > 0 ? 'holder' : kind === 'opaque' ? 'unread account' : kind;
  return `${size} ${size === 1 ? noun : (PLURALS[noun] ?? `${noun}s`)}`;
}

/** The fewest who take a position. */
export function fewestText({ fewest, coalitions }: Position): string {
  if (fewest === null) return coalitions.complete ? 'no one' : 'not known';
  return holders(coalitions.list.filter(({ leaves }) => leaves.length === fewest));
}

/** When a position is first taken. */
export function soonestText({ soonest, coalitions }: Position): string {
  if (soonest === null) return coalitions.complete ? 'never' : 'not known';
  return describeWhen(soonest);
}

/** How soon something is taken, as colour: under a day red, from a week on green. */
export type Heat = 'red' | 'yellow' | 'green' | 'none';

const DAY = 86_400;

export function heatOf({ soonest }: Position): Heat {
  if (soonest === null) return 'none';
  return soonest < DAY ? 'red' : soonest < 7 * DAY ? 'yellow' : 'green';
}

/** A group of at most this many coalitions is named, one by one. */
const MAX_NAMED = 3;
/** At most this many groups are told apart. */
const MAX_GROUPS = 8;

/** Who takes something, a line for each coalition; many of one kind are counted. */
export function coalitionLines(
  { list: found, count: all, complete, examinedTo }: Position['coalitions'],
  names: Names,
): readonly string[] {
  const groups = grouped(
    found,
    (coalition) => `of ${holders([coalition])}, ${describeWhen(coalition.seconds)}`,
  );
  const said = [...groups].slice(0, MAX_GROUPS).flatMap(([group, members]) =>
    members.length > MAX_NAMED
      ? [`${members.length} coalitions ${group}`]
      : members.map(({ leaves, seconds }) => {
          const who = leaves.map((id) => shortNode(id, names)).join(' + ') || 'anyone';
          return `${who}, ${describeWhen(seconds)}`;
        }),
  );
  return [
    ...said,
    ...(groups.size > MAX_GROUPS ? ['and others'] : []),
    ...(BigInt(all) > BigInt(found.length)
      ? [`${all} in all, of which these are the smallest`]
      : []),
    ...(complete ? [] : [`sets of more than ${examinedTo} holders were not examined`]),
  ];
}

/** Who may do what else to a position: "pause: 1 key, at once". */
export const otherLines = ({ others }: Position): readonly string[] =>
  others.flatMap(({ action, coalitions: { list: found } }) => {
    const [fewest] = found;
    if (fewest === undefined) return [];
    const least = found.filter(({ leaves }) => leaves.length === fewest.leaves.length);
    return [`${action}: ${holders(least)}, ${describeWhen(fewest.seconds)}`];
  });

type Resilience = PowerDocument['resilience'][number];

const resilienceOf = (
  { resilience }: PowerDocument,
  { account }: Position,
): Resilience | undefined => resilience.find((each) => each.account === account);

/** Whose loss leaves a position to nobody: "the loss of 4 keys". */
export function lossLines(map: PowerDocument, position: Position): readonly string[] {
  const lost = resilienceOf(map, position)?.lost;
  if (lost === undefined || lost.fewest === null || lost.fewest === 0) return [];
  return [`the loss of ${holders(fewestIn(lost))} (${times(lost)})`];
}

/** Who can stop all others from taking a position, where it takes fewer than to have them lost. */
export function stopLines(map: PowerDocument, position: Position): readonly string[] {
  const { lost, stopped } = resilienceOf(map, position) ?? {};
  if (stopped === undefined || stopped.fewest === null || stopped.fewest === 0) return [];
  if (lost?.fewest != null && stopped.fewest >= lost.fewest) return [];
  return [`${holders(fewestIn(stopped))}, by a veto (${times(stopped)})`];
}

const fewestIn = ({ list: found, fewest }: Blocked): readonly Coalition[] =>
  found.filter(({ leaves }) => leaves.length === fewest);

/** In how many ways, as far as they are listed. */
const times = (blocked: Blocked): string => count(fewestIn(blocked).length, 'way');

type Blocked = Resilience['lost'];

/** What would make a position harder to take, the best first. */
export function adviceLines(map: PowerDocument, position: Position): readonly string[] {
  const { advice } = resilienceOf(map, position) ?? {};
  if (advice === null) return ['not worked out: too many sets of holders'];
  return (advice ?? []).map(({ power, addition, fewest, soonest }) => {
    const { kind, id } = partsOf(power);
    const what = `${kind === 'act' ? 'control' : kind} of ${map.names[id] ?? short(fullId(id))}`;
    const brings =
      fewest > (position.fewest ?? 0)
        ? `${count(fewest, 'holder')} instead of ${position.fewest}`
        : `${describeWhen(soonest)} instead of ${describeWhen(position.soonest ?? 0)}`;
    return `${ADDED[addition]} ${what}: ${brings}`;
  });
}

const ADDED = {
  signer: 'one more signer for',
  check: 'an independent consent to',
  delay: "a day's wait before",
} as const;

/** What each person, device and vendor brings who has a part in taking a position. */
export const contributionLines = ({ contributions }: Position, names: Names): readonly string[] =>
  contributions.map(({ leaf, remaining }) => {
    const suffice = remaining === 1 ? '1 more suffices' : `${remaining} more suffice`;
    const rest = remaining === 0 ? 'no one else is needed' : suffice;
    return `${nodeText(leaf, names)} in hostile hands: ${rest}`;
  });

/** Everything that could not be read, the accounts first: missing data is never clean. */
export function unreadLines(map: PowerDocument): readonly string[] {
  return [
    ...map.unread.map(({ account, reason }) => `${accountText(account, map.names)}  ${reason}`),
    ...map.positions.flatMap((position) =>
      position.holdings.flatMap(({ symbol, unread }) =>
        unread === null ? [] : [`${positionName(position)}  ${symbol}: ${unread}`],
      ),
    ),
  ];
}

/** As many as tell a person that something is wrong; the JSON has them all. */
const MAX_DISAGREEMENTS = 5;

/** What nodes answered differently: one of them may be lying. */
export function disagreementLines({ disagreements }: PowerDocument): readonly string[] {
  const shown = disagreements
    .slice(0, MAX_DISAGREEMENTS)
    .map(({ read, answers }) =>
      [read, ...answers.map(({ source, value }) => `${source} says ${value}`)].join('; '),
    );
  const rest = disagreements.length - shown.length;
  return rest === 0 ? shown : [...shown, `and ${count(rest, 'read')} more`];
}

/** An account in full, with its name. */
export const accountText = (account: string, names: Names): string =>
  names[account] === undefined ? fullId(account) : `${fullId(account)} (${names[account]})`;

/** Every node that a requirement names, vetoers apart. */
export function nodesOf(requirement: Requirement): readonly string[] {
  if (typeof requirement === 'string') return [requirement];
  if ('all' in requirement) return requirement.all.flatMap(nodesOf);
  if ('any' in requirement) return requirement.any.flatMap(nodesOf);
  if ('atLeast' in requirement) return requirement.of.flatMap(nodesOf);
  if ('after' in requirement) return nodesOf(requirement.requires);
  return [];
}
