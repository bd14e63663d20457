/** Short cuts of the tests into discovery. */
import type { Address } from 'viem';
import { type Discovery, discover } from '../../src/chains/evm/discover.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { readers } from '../../src/chains/evm/readers/index.ts';
import { openState, type State } from '../../src/chains/evm/state.ts';
import { coalitions } from '../../src/power/coalitions.ts';
import { act, nodeId, type Requirement } from '../../src/power/model.ts';
import type { LocalChain } from './local-chain.ts';

export const stateOf = (chain: LocalChain): Promise<State> => openState(rpcNode(chain.url));

/** Everything found from some accounts, as the chain is now. */
export const discoverOn = async (
  chain: LocalChain,
  ...accounts: readonly Address[]
): Promise<Discovery> => await discover(await stateOf(chain), accounts, readers);

/** The coalitions that take an account, as `ways` writes them. */
export function takers({ rules }: Discovery, account: Address): readonly string[] {
  const { list } = coalitions(rules, act(`eip155:1:${account}`));
  return ways(...list.map(({ leaves }) => leaves.map(nodeId)));
}

/** Who reaches a goal by what readers know, and when: `key(…) + key(…) after 60`. */
export function holdersOf(
  { rules }: Pick<Discovery, 'rules'>,
  goal: Requirement,
): readonly string[] {
  const known = rules.filter(({ reader }) => reader !== 'opaque');
  return coalitions(known, goal)
    .list.map(({ leaves, seconds }) => `${leaves.map(nodeId).sort().join(' + ')} after ${seconds}`)
    .sort();
}

/** Sets of leaves, each in one text, in an order that does not matter. */
export const ways = (...sets: readonly (readonly string[])[]): readonly string[] =>
  sets.map((leaves) => [...leaves].sort().join(' + ')).sort();

export const key = (account: Address): string => `key(eip155:1:${account})`;

export const opaque = (account: Address): string => `opaque(eip155:1:${account})`;

/** The kinds that were read at an account. */
export const kindsAt = ({ found }: Discovery, account: Address): readonly string[] =>
  found
    .filter(({ frame }) => frame.account === account)
    .flatMap(({ readings }) => readings)
    .map(({ kind }) => kind);

/** The coalitions that take an account, those with anything opaque left out. */
export const holders = (found: Discovery, account: Address): readonly string[] =>
  takers(found, account).filter((way) => !way.includes('opaque('));

/** The code that runs on an account's storage, its own left out. */
export const codeRunBy = ({ found }: Discovery, account: Address): readonly Address[] =>
  found
    .map(({ frame }) => frame)
    .filter((frame) => frame.account === account && frame.codeAt !== account)
    .map(({ codeAt }) => codeAt);

/** Whether a reader says that it has read all of an account's own code. */
export const isReadInFull = ({ found }: Discovery, account: Address): boolean =>
  found.some(
    ({ frame, readings }) =>
      frame.codeAt === account && readings.some(({ covers }) => covers === 'all'),
  );
