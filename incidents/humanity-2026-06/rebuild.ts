/** Humanity's bridge on Ethereum before it was taken, put onto a local EVM. What is real: README.md. */
import { type Address, pad } from 'viem';
import { ERC1967 } from '../../src/chains/evm/proxy.ts';
import { slot } from '../../src/chains/evm/values.ts';
import { account } from '../../test/support/accounts.ts';
import { compile } from '../../test/support/compile.ts';
import { DEPLOYER } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { packaged, paths } from '../../test/support/packages.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';
import { tokenOf } from '../../test/support/tokens.ts';

export const SAFE: Address = '0x576412843C35af26a16Cff903363F6dc429f8A2a';
const SINGLETON: Address = '0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552';
export const BRIDGE: Address = '0x44F161aE29361E332dEA039DFA2F404E0bC5B5Cc';
const H: Address = '0xcf5104D094e3864CfCBDa43B82e1cEFD26A016eB';
/** To whom the bridge's tokens went. */
export const THIEF: Address = '0xD1ea823D421E0c829ee11F772AF487fd352678EA';

/** Nobody's: where these stand, and who owns the wallet, is not known. */
export const PROXY_ADMIN: Address = account(0xad);
const IMPLEMENTATION: Address = account(0x1);
export const NEXT_IMPLEMENTATION: Address = account(0x2);
const OWNERS: readonly Address[] = [0x11, 0x12, 0x13, 0x14, 0x15, 0x16].map(account);

/** Stand-in for what the bridge runs: it keeps tokens, and says how many. */
const collateral = compile(
  'Collateral',
  `interface Token { function balanceOf(address holder) external view returns (uint256); }
  contract Collateral {
    Token immutable wrapped;
    constructor(Token token) { wrapped = token; }
    function locked() external view returns (uint256) { return wrapped.balanceOf(address(this)); }
  }`,
);

/** A local chain that stands minutes before the bridge was taken. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({
    chainId: 1,
    number: 25_274_000,
    timestamp: 1_780_948_199,
  });
  const code = await codeAt(chain, await deployCompiled(chain, DEPLOYER, collateral, [H]));
  const openZeppelin = async (name: string) =>
    (await packaged(paths.openZeppelin('openzeppelin-4.9.6', name))).deployedBytecode;
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.3.0') },
    [SAFE]: {
      code: await safeCode('proxy 1.3.0'),
      storage: safeStorage({ singleton: SINGLETON, owners: OWNERS, threshold: 3 }),
    },
    [PROXY_ADMIN]: {
      code: await openZeppelin('ProxyAdmin'),
      storage: { [slot(0n)]: pad(SAFE) },
    },
    [BRIDGE]: {
      code: await openZeppelin('TransparentUpgradeableProxy'),
      storage: {
        [ERC1967.admin.slot]: pad(PROXY_ADMIN),
        [ERC1967.implementation.slot]: pad(IMPLEMENTATION),
      },
    },
    [IMPLEMENTATION]: { code },
    [NEXT_IMPLEMENTATION]: { code },
    [H]: await tokenOf({ [BRIDGE]: 141_182_632n * 10n ** 18n }),
  });
  return chain;
}
