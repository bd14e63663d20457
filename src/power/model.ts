/**
 * The model of power: plain data, no I/O, no knowledge of any chain.
 *
 * A graph of power is a list of {@link Rule}s. Each says what suffices to hold a {@link Node}: a power
 * over an account, or a leaf (a key that a person keeps). Rules may form cycles; their meaning is the
 * least fixed point, so nothing holds itself up.
 */

/** An account on some chain, in CAIP-10 form: `eip155:1:0x1Db9…`. */
export type AccountId = string;

/** What a power makes its account do. `act` is full control: the account calls anything. */
export type Action = SimpleAction | Spend | Role;

/** `configure` changes how the account works in a way that no other action says. */
export type SimpleAction = 'act' | 'upgrade' | 'mint' | 'pause' | 'freeze' | 'configure' | 'veto';

/** The power to move at most `limit` base units of `asset` out of the account. */
export interface Spend {
  readonly spend: string;
  readonly limit: bigint;
}

/**
 * To be whom the account's own checks call `role`: its owner, a member of a role. By itself it does
 * nothing; other powers need it. Roles are what power travels along: who may give a role can hold it.
 */
export interface Role {
  readonly role: string;
}

/** The ability to make `account` do `action`. */
export interface Power {
  readonly type: 'power';
  readonly account: AccountId;
  readonly action: Action;
}

/** Who or what can be compromised. `opaque` is an account that nobody could read: never safe. */
export type LeafKind = 'key' | 'person' | 'device' | 'vendor' | 'opaque';

/** A holder that is not broken down further, unless a rule grants it (`key ⇐ person`). */
export interface Leaf {
  readonly type: 'leaf';
  readonly kind: LeafKind;
  readonly id: string;
}

/** A vertex of the graph of power: what a rule can grant. */
export type Node = Power | Leaf;

/** A monotone expression over nodes: holding more never takes power away. */
export type Requirement = Node | All | AnyOf | AtLeast | After | Given;

/** Every one of `of`. */
export interface All {
  readonly type: 'all';
  readonly of: readonly Requirement[];
}

/** One of `of`; none of an empty list. */
export interface AnyOf {
  readonly type: 'any';
  readonly of: readonly Requirement[];
}

/** Any `count` of `of`. `role` is what the field calls them: "owners", "proposers". */
export interface AtLeast {
  readonly type: 'atLeast';
  readonly count: number;
  readonly of: readonly Requirement[];
  readonly role?: string;
}

/** `requirement`, then a wait of `seconds` in which any one of `vetoers` can stop it. */
export interface After {
  readonly type: 'after';
  readonly seconds: number;
  readonly requirement: Requirement;
  readonly vetoers: readonly Requirement[];
}

/** Met already, at no cost to anyone: a collected signature, a queued call, a wallet never set up. */
export interface Given {
  readonly type: 'given';
  readonly because: string;
}

/** One read that a rule rests on, and what it answered. */
export interface Evidence {
  /** What was read, for example `storage 0x1Db9… slot 0x4`. */
  readonly read: string;
  /** What the answer was. */
  readonly value: string;
}

/** `grants ⇐ requires`, with the reads that it rests on. */
export interface Rule {
  readonly grants: Node;
  readonly requires: Requirement;
  /** The id of the reader that found the rule. */
  readonly reader: string;
  /** Found in the bytecode alone, by no reader that knows this kind of account. */
  readonly inferred?: true;
  /** The functions by which the power is used: signatures where known, else selectors. */
  readonly functions?: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** An amount of one asset, and what it is worth. */
export interface Holding {
  /** CAIP-19, for example `eip155:1/slip44:60` for ether. */
  readonly asset: string;
  readonly symbol: string;
  readonly decimals: number;
  /** In base units; `null` where it could not be read. */
  readonly amount: bigint | null;
  /** `null` where no price is known, which is not to be worth nothing. */
  readonly usdCents: bigint | null;
  /** Where the price is from: the organisation, or a feed, which may be too old. */
  readonly price: 'declared' | 'feed' | 'stale feed' | null;
  /** Why the amount or the price could not be read. */
  readonly unread: string | null;
}

/** An account and what sits in it. */
export interface Position {
  readonly account: AccountId;
  /** What its organisation calls it. */
  readonly name: string | null;
  readonly holdings: readonly Holding[];
}

/** Something that may hold power and could not be read, and why. */
export interface Unread {
  readonly account: AccountId;
  readonly reason: string;
}

/** The power to make `account` do `action`. */
export const power = (account: AccountId, action: Action): Power => ({
  type: 'power',
  account,
  action,
});

/** Full control of `account`. */
export const act = (account: AccountId): Power => power(account, 'act');

/** Being whom `account` calls `name`. */
export const role = (account: AccountId, name: string): Power => power(account, { role: name });

/** A holder of some kind, by its id. */
export const leaf = (kind: LeafKind, id: string): Leaf => ({ type: 'leaf', kind, id });

/** Every one of `of`: at least one. */
export const all = (...of: readonly Requirement[]): All => ({ type: 'all', of });

/** Any one of `of`; no one where there is none. */
export const anyOf = (...of: readonly Requirement[]): AnyOf => ({ type: 'any', of });

/** Any `count` of `of`, whom the field calls `role`. */
export const atLeast = (count: number, of: readonly Requirement[], role?: string): AtLeast =>
  role === undefined ? { type: 'atLeast', count, of } : { type: 'atLeast', count, of, role };

/** `requirement`, then a wait in which any of `vetoers` may stop it. */
export const after = (
  seconds: number,
  requirement: Requirement,
  vetoers: readonly Requirement[] = [],
): After => ({ type: 'after', seconds, requirement, vetoers });

/** Met already, for the reason said. */
export const given = (because: string): Given => ({ type: 'given', because });

/** The name of a node, the same for equal nodes: `act(eip155:1:0x1Db9…)`, `key(eip155:1:0x1F4E…)`. */
export function nodeId(node: Node): string {
  if (node.type === 'leaf') return `${node.kind}(${node.id})`;
  if (typeof node.action === 'string') return `${node.action}(${node.account})`;
  if ('role' in node.action) return `role(${node.account}, ${node.action.role})`;
  return `spend(${node.account}, ${node.action.limit} of ${node.action.spend})`;
}

/** Every node that a requirement names, vetoers apart: a veto takes power away, it gives none. */
export function* nodesOf(requirement: Requirement): Generator<Node> {
  switch (requirement.type) {
    case 'power':
    case 'leaf':
      yield requirement;
      return;
    case 'all':
    case 'any':
    case 'atLeast':
      for (const part of requirement.of) yield* nodesOf(part);
      return;
    case 'after':
      yield* nodesOf(requirement.requirement);
      return;
    case 'given':
      return;
  }
}

/**
 * Throws where a requirement has no meaning: a count below one, an empty `all` (either would be power
 * for nobody's consent; that is what {@link Given} says, with its reason), a wait that is no whole
 * number of seconds.
 *
 * @throws RangeError a reader made it; the input of a user cannot.
 */
export function checkRequirement(requirement: Requirement): void {
  switch (requirement.type) {
    case 'power':
    case 'leaf':
    case 'given':
      return;
    case 'atLeast':
      if (!Number.isSafeInteger(requirement.count) || requirement.count < 1) {
        throw new RangeError(`atLeast needs a count of 1 or more, not ${requirement.count}`);
      }
      requirement.of.forEach(checkRequirement);
      return;
    case 'all':
      if (requirement.of.length === 0) throw new RangeError('all needs at least one requirement');
      requirement.of.forEach(checkRequirement);
      return;
    case 'any':
      requirement.of.forEach(checkRequirement);
      return;
    case 'after':
      if (!Number.isSafeInteger(requirement.seconds) || requirement.seconds < 0) {
        throw new RangeError(`after needs whole seconds, 0 or more, not ${requirement.seconds}`);
      }
      checkRequirement(requirement.requirement);
      requirement.vetoers.forEach(checkRequirement);
      return;
  }
}

/**
 * What takes a position: full control of its account, or any power that the rules grant to spend
 * from it.
 */
export const taking = (rules: readonly Rule[], account: AccountId): AnyOf =>
  anyOf(act(account), ...powersOver(rules, account).filter(({ action }) => isSpend(action)));

const indices = new WeakMap<readonly Rule[], ReadonlyMap<AccountId, readonly Power[]>>();

/** The powers over an account that rules grant, once for each rule. */
export function powersOver(rules: readonly Rule[], account: AccountId): readonly Power[] {
  const index = indices.get(rules) ?? indexed(rules);
  indices.set(rules, index);
  return index.get(account) ?? [];
}

function indexed(rules: readonly Rule[]): ReadonlyMap<AccountId, readonly Power[]> {
  const index = new Map<AccountId, Power[]>();
  for (const { grants } of rules) {
    if (grants.type !== 'power') continue;
    const others = index.get(grants.account);
    if (others === undefined) index.set(grants.account, [grants]);
    else others.push(grants);
  }
  return index;
}

const isSpend = (action: Action): action is Spend =>
  typeof action !== 'string' && 'spend' in action;
