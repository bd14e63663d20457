/** `map`: who can take each position in one state, the fewest it takes, how soon. */
import type { Address } from 'viem';
import { type Discovered, discover } from '../chains/evm/discover.ts';
import { readers } from '../chains/evm/readers/index.ts';
import type { State } from '../chains/evm/state.ts';
import { accountId, addressIn } from '../chains/evm/values.ts';
import { NO_ORGANISATION, type Organisation } from '../org/org.ts';
import { type AnalysedState, analyse } from '../power/analysis.ts';
import type { Position } from '../power/model.ts';

/** The power found in a state, and where. */
export interface PowerMap extends AnalysedState {
  /** Every account that was read, in the order found. */
  readonly found: readonly Discovered[];
}

/**
 * Reads who holds power over `accounts`, and what sits in them.
 *
 * @throws UnreachableError, ReadError where even their balance cannot be read.
 */
export async function mapPower(
  state: State,
  accounts: readonly Address[],
  organisation: Organisation = NO_ORGANISATION,
): Promise<PowerMap> {
  const [discovery, positions] = await Promise.all([
    discover(state, accounts, readers),
    Promise.all(accounts.map((account) => positionAt(state, account, organisation))),
  ]);
  const { rules, unread, found } = discovery;
  return { ...analyse({ rules, unread, positions }), found };
}

/** The organisation's positions on a chain. */
export const positionsOn = (chainId: number, { positions }: Organisation): readonly Address[] =>
  positions.map(({ account }) => addressIn(chainId, account)).filter((account) => account !== null);

async function positionAt(
  state: State,
  account: Address,
  { positions }: Organisation,
): Promise<Position> {
  const id = accountId(state.chainId, account);
  return {
    account: id,
    name: positions.find((each) => each.account === id)?.name ?? null,
    holdings: [
      {
        asset: `eip155:${state.chainId}/slip44:60`,
        symbol: 'ETH',
        decimals: 18,
        amount: await state.balance(account),
      },
    ],
  };
}
