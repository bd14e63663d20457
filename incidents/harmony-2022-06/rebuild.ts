/** Harmony's Horizon bridge on Ethereum as it stood at block 15012645, put onto a local EVM. What is real: README.md. */
import { type Address, type Hex, keccak256, numberToHex, pad } from 'viem';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { compile } from '../../test/support/compile.ts';
import { DEPLOYER } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { walletWithDailyLimit } from '../../test/support/multisig-wallets.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { tokenOf } from '../../test/support/tokens.ts';

export const WALLET: Address = '0x715CdDa5e9Ad30A0cEd14940F9997EE611496De6';
export const MANAGER: Address = '0x2dCCDB493827E15a5dC8f8b72147E6c4A5620857';
export const USDT: Address = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
/** To whom the tokens were unlocked. */
export const THIEF: Address = '0xb4c79daB8f259C7Aee6E5b2Aa729821864227e84';
export const OWNERS: readonly Address[] = [
  '0xf845A7ee8477AD1FB4446651E548901a2635A915',
  '0x48BD0666B995353d9451ec9F897e2D03CFaf50Ce',
  '0x812d8622C6F3c45959439e7ede3C580dA06f8f25',
  '0xc60804F252b3f624257d62B88Ae0643818767A9d',
];
export const TRANSACTION = 21_107n;

/** The bridge's manager of tokens, without the function by which they are locked. */
const manager = compile(
  'Manager',
  `interface Token { function transfer(address to, uint256 amount) external; }
  contract Manager {
    mapping(bytes32 => bool) public usedEvents_;
    address public wallet;
    event Unlocked(address ethToken, uint256 amount, address recipient, bytes32 receiptId);
    constructor(address wallet_) { wallet = wallet_; }
    function unlockToken(Token token, uint256 amount, address recipient, bytes32 receiptId) external {
      require(msg.sender == wallet && !usedEvents_[receiptId]);
      usedEvents_[receiptId] = true;
      token.transfer(recipient, amount);
      emit Unlocked(address(token), amount, recipient, receiptId);
    }
  }`,
);

/** Where a wallet of this family keeps its owners, how many must confirm, and how many transactions there were. */
const walletStorage: Readonly<Record<Hex, Hex>> = {
  ...Object.fromEntries(OWNERS.map((owner) => [mappingSlot(owner, slot(2n)), slot(1n)])),
  [slot(3n)]: slot(BigInt(OWNERS.length)),
  ...Object.fromEntries(
    OWNERS.map((owner, index) => [
      numberToHex(BigInt(keccak256(slot(3n))) + BigInt(index), { size: 32 }),
      pad(owner),
    ]),
  ),
  [slot(4n)]: slot(2n),
  [slot(5n)]: slot(TRANSACTION),
};

/** A local chain that stands one block before the first theft. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({ chainId: 1, timestamp: 1_655_982_405 });
  const wallet = await deployCompiled(chain, DEPLOYER, walletWithDailyLimit(), [OWNERS, 2, 0]);
  await chain.set({
    [WALLET]: { code: await codeAt(chain, wallet), storage: walletStorage },
    [MANAGER]: {
      code: await codeAt(chain, await deployCompiled(chain, DEPLOYER, manager, [WALLET])),
      storage: { [slot(1n)]: pad(WALLET) },
    },
    [USDT]: await tokenOf({ [MANAGER]: 9_981_000_000_000n }),
  });
  return chain;
}
