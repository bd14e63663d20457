/** Power in words: "3 of its 6 owners", "whoever controls 0xbDd0…". */
import type { AccountId, Leaf, Node, Requirement, Rule, SimpleAction } from './model.ts';

/** How the reader of a text is told of an account or a holder. */
export type Namer = (id: string) => string;

/** Everyone who holds a power over an account by its own rules, joined by "or". */
export function describeHolders(
  rules: readonly Rule[],
  account: AccountId,
  name: Namer,
  action: SimpleAction = 'act',
): string {
  const ways = rules
    .filter(({ grants }) => grants.type === 'power' && grants.action === action)
    .filter(({ grants }) => grants.type === 'power' && grants.account === account)
    .map(({ requires }) =>
      // Whoever may upgrade an account acts as it: who that is says more.
      action === 'act' && isUpgradeOf(account, requires)
        ? describeHolders(rules, account, name, 'upgrade')
        : describeRequirement(requires, name),
    );
  return joined(ways);
}

const NOBODY = 'no one';

/** Ways joined by "or", those that are nobody's apart. */
const joined = (ways: readonly string[]): string =>
  [...new Set(ways)].filter((way) => way !== NOBODY).join(' or ') || NOBODY;

const isUpgradeOf = (account: AccountId, requirement: Requirement): boolean =>
  requirement.type === 'power' &&
  requirement.account === account &&
  requirement.action === 'upgrade';

/** One requirement in words. */
function describeRequirement(requirement: Requirement, name: Namer): string {
  switch (requirement.type) {
    case 'power':
    case 'leaf':
      return describeNode(requirement, name);
    case 'all':
      return requirement.of.map((part) => describeRequirement(part, name)).join(' and ');
    case 'any':
      return joined(requirement.of.map((part) => describeRequirement(part, name)));
    case 'atLeast': {
      const members = requirement.role ?? 'members';
      return `${requirement.count} of its ${requirement.of.length} ${members}`;
    }
    case 'after':
      return `${describeRequirement(requirement.requirement, name)} after ${describeSeconds(requirement.seconds)}`;
    case 'given':
      return `anyone (${requirement.because})`;
  }
}

/** A holder in words. */
export function describeLeaf({ kind, id }: Leaf, name: Namer): string {
  return kind === 'opaque' ? `whoever controls ${name(id)}` : `the ${kind} ${name(id)}`;
}

/** When something happens, from now: "at once", "in 2 d 3 h". */
export const describeWhen = (seconds: number): string =>
  seconds === 0 ? 'at once' : `in ${describeSeconds(seconds)}`;

/** A span of time as people say it: the two largest units that are not zero. */
export function describeSeconds(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const parts = units.map(([unit, size], index) => {
    const larger = units[index - 1]?.[1];
    const rest = larger === undefined ? seconds : seconds % larger;
    return { unit, amount: Math.floor(rest / size) };
  });
  const said = parts.filter(({ amount }) => amount > 0).slice(0, 2);
  return said.length === 0 ? '0 s' : said.map(({ unit, amount }) => `${amount} ${unit}`).join(' ');
}

function describeNode(node: Node, name: Namer): string {
  if (node.type === 'leaf') return describeLeaf(node, name);
  if (node.action === 'act') return name(node.account);
  if (typeof node.action !== 'string' && 'role' in node.action) {
    // The finder has no name for a role but what is asked: "the address in slot 0x1".
    return `the ${node.action.role.replace(/^the /, '')} of ${name(node.account)}`;
  }
  const action = typeof node.action === 'string' ? node.action : 'spend from';
  return `whoever may ${action} ${name(node.account)}`;
}
