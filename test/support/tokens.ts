/** A token, where the real one does nothing else that matters: OpenZeppelin's ERC20 4.9.6. */
import { type Address, toHex } from 'viem';
import type { AccountOverride } from '../../src/chains/evm/state.ts';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { packaged, paths } from './packages.ts';

const BALANCES = slot(0n);

/** A token that these accounts have so much of, in base units. */
export async function tokenOf(
  balances: Readonly<Record<Address, bigint>>,
): Promise<AccountOverride> {
  const { deployedBytecode } = await packaged(
    paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply'),
  );
  return {
    code: deployedBytecode,
    storage: Object.fromEntries(
      (Object.entries(balances) as [Address, bigint][]).map(([holder, amount]) => [
        mappingSlot(holder, BALANCES),
        toHex(amount, { size: 32 }),
      ]),
    ),
  };
}
