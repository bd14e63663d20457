/** The wallet that a tampered payment page robbed, put onto a local EVM. What is real: README.md. */
import type { Address } from 'viem';
import { account } from '../../test/support/accounts.ts';
import { compileAll } from '../../test/support/compile.ts';
import { DEPLOYER } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';
import { tokenOf } from '../../test/support/tokens.ts';

export const SAFE: Address = '0xE7c15D929cdf8c283258daeBF04Fb2D9E403d139';
const SINGLETON: Address = '0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552';
const MULTISEND: Address = '0x40A2aCCbd92BCA938b02010E17A5b8929b49130D';
export const USDC: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
/** BatchConversionPayments, as Request deployed it. */
export const HONEST: Address = '0x3cF63891928B8CeebB81C95426600a18cd59C03f';
export const LOOK_ALIKE: Address = '0x3Cf6e5A3939F1e9E314f60417CEb9b5e9B66c03F';
/** Who deployed the look-alike, and called it for the money. */
export const THIEF: Address = '0x3d8794005cFf9F39CA1926db7b2b56e52c954DD1';

/** Nobody's: who owns the wallet is not known. */
const OWNERS: readonly Address[] = [1, 2, 3, 4].map(account);

/** Stand-ins: the honest contract takes from whoever calls it; the other has one function more, for one caller. */
const stand = compileAll(`
  interface Token { function transferFrom(address from, address to, uint256 amount) external returns (bool); }

  contract Honest {
    function pay(Token token, address to, uint256 amount) external {
      token.transferFrom(msg.sender, to, amount);
    }
  }

  contract LookAlike is Honest {
    address immutable owner = msg.sender;

    function claimToken(Token token, address from, uint256 amount) external {
      require(msg.sender == owner);
      token.transferFrom(from, owner, amount);
    }
  }
`);

/** A local chain that stands where Ethereum stood on that day, more or less. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({
    chainId: 1,
    number: 23_334_000,
    timestamp: 1_757_505_599,
  });
  const honest = await deployCompiled(chain, DEPLOYER, stand('Honest'), []);
  const lookAlike = await deployCompiled(chain, THIEF, stand('LookAlike'), []);
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.3.0') },
    [MULTISEND]: { code: await safeCode('MultiSend 1.3.0') },
    [SAFE]: {
      code: await safeCode('proxy 1.3.0'),
      storage: safeStorage({ singleton: SINGLETON, owners: OWNERS, threshold: 2 }),
    },
    [USDC]: await tokenOf({ [SAFE]: 3_047_000n * 10n ** 6n }),
    [HONEST]: { code: await codeAt(chain, honest) },
    [LOOK_ALIKE]: { code: await codeAt(chain, lookAlike) },
  });
  return chain;
}
