/** Ronin's gateway on Ethereum as it stood at block 14442834, put onto a local EVM. What is real: README.md. */
import { type Address, pad } from 'viem';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { account } from '../../test/support/accounts.ts';
import { type Compiled, compileAll } from '../../test/support/compile.ts';
import { DEPLOYER, linked } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { tokenOf } from '../../test/support/tokens.ts';

export const GATEWAY: Address = '0x1A2a1c938CE3eC39b6D47113c7955bAa9DD454F2';
export const VALIDATOR: Address = '0x42B19dca30fd612B1757682C074497847F2B57e0';
const WETH: Address = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
export const USDC: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
export const THIEF: Address = '0x098B716B8Aaf21512996dC57EB0615e2383E2f96';

/** Who signed both withdrawals, in ascending order; `0xB9e59D56…` is the validator of Axie DAO. */
export const SIGNERS: readonly Address[] = [
  '0x11360EaCDEDd59bC433aFad4fc8f0417d1fbEbab',
  '0x1A15a5E25811FE1349d636a5053A0e59d53961C9',
  '0x70bB1FB41C8C42F6ddd53a708E2B82209495e455',
  '0xB9e59D56fd1632FC250935182BDd5C59188b2302',
  '0xf224beFf587362A88D859e899D0d80C080E1e812',
];
/** Nobody's: the other four of the nine are not known. */
const OTHERS: readonly Address[] = [0x31, 0x32, 0x33, 0x34].map(account);
export const VALIDATORS: readonly Address[] = [...SIGNERS, ...OTHERS];

/** The gateway and its validators, as far as the decision rests on them. */
const contracts = compileAll(`
import '@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol';

interface IWETH { function withdraw(uint256 amount) external; }

contract Validators {
  mapping(address => bool) public isValidator;
  uint256 public validatorCount;
  uint256 num;
  uint256 denom;
  constructor(address[] memory validators, uint256 num_, uint256 denom_) {
    for (uint256 i = 0; i < validators.length; i++) isValidator[validators[i]] = true;
    validatorCount = validators.length;
    (num, denom) = (num_, denom_);
  }
  function checkThreshold(uint256 votes) external view returns (bool) {
    return votes * denom >= num * validatorCount;
  }
}

contract Gateway {
  Validators public validators;
  IWETH public weth;
  mapping(uint256 => address) public withdrawn;
  event TokenWithdrew(uint256 indexed id, address indexed owner, address indexed token, uint256 amount);
  receive() external payable {}
  function withdrawERC20For(uint256 id, address user, address token, uint256 amount, bytes calldata signatures)
    external
  {
    require(withdrawn[id] == address(0));
    bytes32 hash = keccak256(abi.encodePacked('withdrawERC20', id, user, token, amount));
    require(verifySignatures(hash, signatures));
    withdrawn[id] = user;
    if (token == address(weth)) {
      weth.withdraw(amount);
      (bool success, ) = user.call{value: amount}('');
      require(success);
    } else {
      SafeERC20.safeTransfer(IERC20(token), user, amount);
    }
    emit TokenWithdrew(id, user, token, amount);
  }
  /** Each is one byte of how it was made, which is by eth_sign, and r, s and v; in ascending order of signers. */
  function verifySignatures(bytes32 hash, bytes calldata signatures) public view returns (bool) {
    bytes32 digest = keccak256(abi.encodePacked('\\x19Ethereum Signed Message:\\n32', hash));
    address last;
    uint256 votes;
    for (uint256 at = 0; at + 66 <= signatures.length; at += 66) {
      require(uint8(signatures[at]) == 1);
      address signer = ecrecover(
        digest,
        uint8(signatures[at + 65]),
        bytes32(signatures[at + 1:at + 33]),
        bytes32(signatures[at + 33:at + 65])
      );
      require(signer > last);
      last = signer;
      if (validators.isValidator(signer)) votes++;
    }
    return validators.checkThreshold(votes);
  }
}`);

/** A local chain that stands one block before the first withdrawal. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({ chainId: 1, timestamp: 1_648_042_117 });
  const codeOf = async (what: Compiled, args: readonly unknown[] = []) =>
    await codeAt(chain, await deployCompiled(chain, DEPLOYER, what, args));
  await chain.set({
    [VALIDATOR]: {
      code: await codeOf(contracts('Validators'), [VALIDATORS, 1, 2]),
      storage: {
        ...Object.fromEntries(
          VALIDATORS.map((validator) => [mappingSlot(validator, slot(0n)), slot(1n)]),
        ),
        [slot(1n)]: slot(BigInt(VALIDATORS.length)),
        [slot(2n)]: slot(1n),
        [slot(3n)]: slot(2n),
      },
    },
    [GATEWAY]: {
      code: await codeOf(contracts('Gateway')),
      storage: { [slot(0n)]: pad(VALIDATOR), [slot(1n)]: pad(WETH) },
    },
    [WETH]: {
      code: await codeOf(await linked('@uniswap/v2-periphery/build/WETH9.json')),
      balance: ETHER,
      storage: { [mappingSlot(GATEWAY, slot(3n))]: slot(ETHER) },
    },
    [USDC]: await tokenOf({ [GATEWAY]: 25_500_000_000_000n }),
  });
  return chain;
}

const ETHER = 173_600n * 10n ** 18n;
