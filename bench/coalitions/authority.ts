/**
 * Authority as organisations have it: people behind several keys, Safes that share signers and own each
 * other, timelocks, proxies and their admins, roles whose members may give them on. Most organisations know
 * no other; a few are owners in many, and some vendors hold keys of many.
 */
import {
  act,
  after,
  all,
  anyOf,
  atLeast,
  type Leaf,
  leaf,
  type Node,
  type Power,
  power,
  type Requirement,
  type Rule,
  role,
} from '../../src/power/model.ts';
import { type Random, random } from './random.ts';

export interface Authority {
  readonly rules: readonly Rule[];
  /** What is taken: who holds it is asked for. */
  readonly assets: readonly Power[];
}

/** Nodes of one organisation, about. */
const NODES = 100;
const PROXIES = 15;
const VAULTS = 15;
/** Of so many organisations one is an owner elsewhere, and there is one vendor. */
const HUB = 100;
const DAY = 86_400;

/** Organisations of about `nodes` nodes together. */
export function authority(nodes: number, seed: number): Authority {
  const by = random(seed);
  const rules: Rule[] = [];
  const assets: Power[] = [];
  const organisations = Math.max(1, Math.round(nodes / NODES));
  const hubs = Math.max(1, Math.floor(organisations / HUB));
  const grant = (grants: Node, requires: Requirement): void => {
    rules.push({ grants, requires, reader: 'bench', evidence: [] });
  };
  for (let number = 0; number < organisations; number += 1) {
    const account = accountsOf(number);
    const hub = act(accountsOf(by.below(hubs))('council'));
    const keys = people(by, number, hubs, grant);
    const safe = (name: string, count: number, owners: readonly Requirement[]): Power => {
      const held = act(account(name));
      grant(held, atLeast(count, owners, 'owners'));
      return held;
    };
    const council = safe('council', 4, some(by, keys, 7));
    const operations = safe('operations', 2, some(by, keys, 4));
    const nested = by.chance(0.3) && number >= hubs ? hub : council;
    const treasury = safe('treasury', 3, [...some(by, keys, 4), nested]);
    // A guard that the treasury set, which may replace an owner of the council: a cycle in every third.
    if (by.chance(0.33)) grant(council, all(treasury, operations));
    const timelock = account('timelock');
    const proposer = role(timelock, 'proposer');
    const admin = role(timelock, 'admin');
    grant(act(timelock), after(by.of([2, 2, 7]) * DAY, proposer, [council]));
    // A timelock is its own admin, and whoever is admin makes proposers: a cycle in each.
    grant(admin, act(timelock));
    if (by.chance(0.2)) grant(admin, council);
    grant(proposer, anyOf(operations, admin));
    const proxyAdmin = act(account('proxy admin'));
    grant(proxyAdmin, by.of([act(timelock), act(timelock), council]));
    for (let proxy = 0; proxy < PROXIES; proxy += 1) {
      const at = account(`proxy ${proxy}`);
      grant(power(at, 'upgrade'), proxyAdmin);
      grant(act(at), power(at, 'upgrade'));
      assets.push(act(at));
    }
    const owners = [council, operations, treasury, act(timelock)] as const;
    for (let vault = 0; vault < VAULTS; vault += 1) {
      const at = account(`vault ${vault}`);
      const owner = role(at, 'owner');
      grant(owner, by.of(owners));
      // One of the owner and a keeper moves funds at once; a strategist only together with operations.
      grant(act(at), anyOf(owner, all(by.of(keys), operations)));
      assets.push(act(at));
    }
    const giver = role(account('token'), 'role admin');
    grant(giver, anyOf(giver, council, act(timelock)));
    for (const name of ['minter', 'pauser', 'burner']) {
      grant(role(account('token'), name), anyOf(giver, by.of(owners)));
    }
    grant(act(account('token')), role(account('token'), 'minter'));
    assets.push(act(account('token')));
  }
  return { rules, assets };
}

/** Rules as they were but for one: another threshold, owner, or delay. */
export function changed(rule: Rule, by: Random, others: readonly Requirement[]): Rule {
  const other = others[by.below(others.length)] ?? rule.requires;
  const { requires } = rule;
  switch (requires.type) {
    case 'atLeast': {
      const { count, of } = requires;
      if (by.chance(0.5)) {
        const next = count + (count > 1 && by.chance(0.5) ? -1 : 1);
        return { ...rule, requires: atLeast(Math.min(next, of.length), of, 'owners') };
      }
      const at = by.below(of.length);
      return { ...rule, requires: atLeast(count, of.with(at, other), 'owners') };
    }
    case 'after': {
      const seconds = by.below(14) * DAY;
      return { ...rule, requires: after(seconds, requires.requirement, requires.vetoers) };
    }
    default:
      return { ...rule, requires: by.chance(0.5) ? anyOf(requires, other) : other };
  }
}

/** Eight people with twelve keys, one of which may be a vendor's. */
function people(
  by: Random,
  number: number,
  hubs: number,
  grant: (grants: Node, requires: Requirement) => void,
): readonly [Leaf, ...Leaf[]] {
  const keyOf = (index: number): Leaf => leaf('key', accountsOf(number)(`key ${index}`));
  const keys = [keyOf(0), ...Array.from({ length: 11 }, (_, index) => keyOf(index + 1))] as const;
  for (const [index, key] of keys.entries()) {
    grant(key, leaf('person', `person ${number}.${index % 8}`));
  }
  if (by.chance(0.1)) grant(keys[0], leaf('vendor', `vendor ${by.below(hubs)}`));
  return [...keys];
}

function some<T>(by: Random, values: readonly T[], count: number): readonly T[] {
  const from = by.below(values.length);
  return Array.from({ length: count }, (_, index) => values[(from + index) % values.length]).filter(
    (each) => each !== undefined,
  );
}

/** Accounts of the form that a chain has, the same for the same name. */
const accountsOf =
  (number: number) =>
  (name: string): string => {
    const digits = [...name].reduce((hash, letter) => {
      return (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
    }, 7);
    const hex = (part: number): string => part.toString(16).padStart(16, '0');
    return `eip155:1:0x00000000${hex(number)}${hex(digits)}`;
  };
