/** `map`: who can take each position in one state, the fewest it takes, how soon. */
import type { Address } from 'viem';
import { type Allowances, allowanceRule, readAllowances } from '../chains/evm/allowances.ts';
import { type Discovered, discover, type Visited } from '../chains/evm/discover.ts';
import { readers } from '../chains/evm/readers/index.ts';
import type { State } from '../chains/evm/state.ts';
import { accountId, addressIn, chainOf } from '../chains/evm/values.ts';
import { NO_ORGANISATION, type Organisation } from '../org/org.ts';
import { namesIn, organisationRules } from '../org/rules.ts';
import { type AnalysedState, analyse, type PositionPower } from '../power/analysis.ts';
import { type Search, search } from '../power/coalitions.ts';
import { least } from '../power/least.ts';
import { type Position, type Rule, taking } from '../power/model.ts';
import { holdingsOf, tokensOn } from './holdings.ts';
import { integerProgramme } from './integer-programme.ts';

/** The power found in a state, and where. */
export interface PowerMap extends AnalysedState {
  /** Every account that was read, in the order found. */
  readonly found: readonly Discovered[];
  /** What the organisation calls accounts and holders, by account or by the name of the leaf. */
  readonly names: ReadonlyMap<string, string>;
  /** What the positions let others take. */
  readonly allowances: Allowances;
}

/** What was read and searched, in whichever state. */
export interface Met {
  readonly visited: Visited;
  readonly search: Search;
}

export const nothingMet = (): Met => ({ visited: new Map(), search: search() });

/** What is known beside what the readers find. */
interface Beside {
  /** The allowances, where they are read elsewhere; else those of the listed tokens are read. */
  readonly known?: Promise<Allowances>;
  /** What was found in states that are much like this one: it saves work, and changes nothing. */
  readonly met?: Met;
  /** Rules that no reader finds, and the accounts that they name. */
  readonly rules?: readonly Rule[];
  readonly members?: readonly Address[];
}

/**
 * Reads who holds power over `accounts`, by allowances, too, and what sits in them.
 *
 * @throws UnreachableError, ReadError where even their balance cannot be read.
 */
export async function mapPower(
  state: State,
  accounts: readonly Address[],
  organisation: Organisation = NO_ORGANISATION,
  { known, met = nothingMet(), members = [], rules: more = [] }: Beside = {},
): Promise<PowerMap> {
  const reading = known ?? readAllowances(state, accounts, tokensOn(state.chainId, organisation));
  const others = reading.then(({ allowances }) => [
    ...allowances.map(({ spender }) => spender),
    ...members,
  ]);
  const [allowances, discovery, holdings] = await Promise.all([
    reading,
    discover(state, accounts, readers, { more: others, visited: met.visited }),
    Promise.all(accounts.map((account) => holdingsOf(state, account, organisation))),
  ]);
  const names = namesIn(organisation);
  const positions = accounts.map((address, index): Position => {
    const account = accountId(state.chainId, address);
    return { account, name: names.get(account) ?? null, holdings: holdings[index] ?? [] };
  });
  const rules = [
    ...discovery.rules,
    ...allowances.allowances.map((allowance) => allowanceRule(state.chainId, allowance)),
    ...more,
    ...organisationRules(organisation, state.chainId),
  ];
  const unread = [...discovery.unread, ...allowances.unread];
  const { powers, ...analysed } = analyse({ rules, unread, positions }, met.search);
  return {
    ...analysed,
    powers: await Promise.all(powers.map((each) => withLeast(each, rules))),
    ...{ found: discovery.found, names, allowances },
  };
}

/** Where not even the smallest coalitions could be worked out, one of the fewest leaves. */
async function withLeast(found: PositionPower, rules: readonly Rule[]): Promise<PositionPower> {
  const { coalitions, position } = found;
  if (coalitions.complete || coalitions.fewest !== null) return found;
  const one = least(rules, taking(rules, position.account), await integerProgramme());
  if (one === null) return found;
  const fewest = one.leaves.length;
  return { ...found, fewest, coalitions: { ...coalitions, fewest, list: [one] } };
}

/** The organisation's positions on every EVM chain. */
export const everyPosition = ({ positions }: Organisation): readonly Address[] =>
  positions.flatMap(({ account }) => addressIn(chainOf(account), account) ?? []);

/** The organisation's positions on a chain. */
export const positionsOn = (chainId: number, { positions }: Organisation): readonly Address[] =>
  positions.map(({ account }) => addressIn(chainId, account)).filter((account) => account !== null);
