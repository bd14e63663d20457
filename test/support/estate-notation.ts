/**
 * The notation in which estates say who holds which power: short enough to be written by hand, and to be
 * checked against the source of the contracts.
 *
 *     act(Vault) <= 2 of [alice, bob, carol]          a rule; alice stands for act(alice)
 *     mint(Coin), pause(Coin) <= owner(Coin) | Vault  several rules: each grant, by either way
 *     owner(Coin)                                     whoever Coin itself calls its owner
 *     spend 5 Coin(Hot)                               to move 5 units of Coin out of Hot
 *     all of [a, b], one of [a, b]                    within a requirement
 *     (alice) after 2 d unless [bob]                  a wait, and who may end it
 *     anyone                                          nobody's consent is needed
 *     key(alice), opaque(Oracle)                      leaves
 *
 * Coalitions: `alice + 2 of [bob, carol, dave] after 2 d`, one a line. Lines that begin with # are remarks.
 */
import type { Coalition } from '../../src/power/coalitions.ts';
import type { Node, Requirement, Rule } from '../../src/power/model.ts';

/** What an estate calls an account or a token, by any text that has its address. */
export type Names = (text: string) => string;

/** The lines of a text that say something. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** The single rules that a text lists. */
export function rulesIn(text: string): readonly string[] {
  return linesOf(text).flatMap((line) => {
    const [grants, requires, more] = line.split(' <= ');
    if (grants === undefined || requires === undefined || more !== undefined) {
      throw new Error(`no rule: ${line}`);
    }
    return grants
      .split(', ')
      .flatMap((grant) =>
        requires.split(' | ').map((way) => canonical(`${grant.trim()} <= ${way.trim()}`)),
      );
  });
}

/** A rule as single rules: one for each way that suffices. */
export function writeRule({ grants, requires }: Rule, names: Names): readonly string[] {
  const whole = unwrapped(requires);
  const ways = whole.type === 'any' ? whole.of : [whole];
  return ways.map((way) => canonical(`${writeNode(grants, names)} <= ${write(way, names)}`));
}

/** A requirement without the lists of one around it. */
function unwrapped(requirement: Requirement): Requirement {
  if (requirement.type !== 'all' && requirement.type !== 'any') return requirement;
  const [only, ...more] = requirement.of;
  return only === undefined || more.length > 0 ? requirement : unwrapped(only);
}

function write(requirement: Requirement, names: Names): string {
  const list = (of: readonly Requirement[]) =>
    `[${of.map((each) => write(each, names)).join(', ')}]`;
  switch (requirement.type) {
    case 'leaf':
      return writeNode(requirement, names);
    case 'power':
      return requirement.action === 'act'
        ? names(requirement.account)
        : writeNode(requirement, names);
    case 'all':
    case 'any': {
      const whole = unwrapped(requirement);
      if (whole !== requirement) return write(whole, names);
      return `${requirement.type === 'all' ? 'all' : 'one'} of ${list(requirement.of)}`;
    }
    case 'atLeast':
      return `${requirement.count} of ${list(requirement.of)}`;
    case 'after': {
      const vetoers =
        requirement.vetoers.length === 0 ? '' : ` unless ${list(requirement.vetoers)}`;
      const wait = duration(requirement.seconds);
      return `(${write(requirement.requirement, names)}) after ${wait}${vetoers}`;
    }
    case 'given':
      return 'anyone';
  }
}

function writeNode(node: Node, names: Names): string {
  if (node.type === 'leaf') return `${node.kind}(${names(node.id)})`;
  return `${writeAction(node, names)}(${names(node.account)})`;
}

function writeAction({ action }: Extract<Node, { type: 'power' }>, names: Names): string {
  if (typeof action === 'string') return action;
  if ('role' in action) return action.role;
  return `spend ${action.limit === UNLIMITED ? 'any' : action.limit} ${names(action.spend)}`;
}

const UNLIMITED = (1n << 256n) - 1n;

/** Seconds in the largest unit that needs no fraction. */
export function duration(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
  ] as const) {
    if (seconds > 0 && seconds % size === 0) return `${seconds / size} ${unit}`;
  }
  return `${seconds} s`;
}

/** With the members of every list in alphabetical order, those of inner lists first. */
function canonical(text: string): string {
  let open = text;
  for (let list = INNERMOST.exec(open); list !== null; list = INNERMOST.exec(open)) {
    const members = (list[1] ?? '').split(', ').sort();
    open = open.replace(INNERMOST, `⟨${members.join('¸ ')}⟩`);
  }
  return open.replaceAll('⟨', '[').replaceAll('⟩', ']').replaceAll('¸', ',');
}

const INNERMOST = /\[([^[\]]*)\]/;

/** The coalitions that a text lists: each of the sets that a line stands for. */
export function coalitionsIn(text: string): readonly string[] {
  return linesOf(text).flatMap((line) => {
    const [members = '', wait] = line.split(' after ');
    const parts = members.split(' + ').map((part) => {
      const choice = /^(\d+) of \[(.*)\]$/.exec(part);
      return choice === null
        ? [part === 'anyone' ? [] : [part]]
        : choose(Number(choice[1]), (choice[2] ?? '').split(', '));
    });
    const sets = parts.reduce<readonly (readonly string[])[]>(
      (all, part) => all.flatMap((set) => part.map((more) => [...set, ...more])),
      [[]],
    );
    return sets.map((set) => writeSet(set, wait));
  });
}

const choose = (count: number, of: readonly string[]): readonly (readonly string[])[] =>
  count === 0
    ? [[]]
    : of.flatMap((first, index) =>
        choose(count - 1, of.slice(index + 1)).map((rest) => [first, ...rest]),
      );

const writeSet = (set: readonly string[], wait: string | undefined): string =>
  `${set.length === 0 ? 'anyone' : [...set].sort().join(' + ')}${wait === undefined ? '' : ` after ${wait}`}`;

/** A coalition in the notation: a key by the name of its account, anything else with its kind. */
export const writeCoalition = ({ leaves, seconds }: Coalition, names: Names): string =>
  writeSet(
    leaves.map((leaf) => (leaf.kind === 'key' ? names(leaf.id) : writeNode(leaf, names))),
    seconds === 0 ? undefined : duration(seconds),
  );
