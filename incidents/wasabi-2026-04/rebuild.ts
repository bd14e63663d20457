/** Wasabi's vaults on Ethereum before they were taken, put onto a local EVM. What is real: README.md. */
import { type Address, pad } from 'viem';
import { ERC1967 } from '../../src/chains/evm/proxy.ts';
import { account } from '../../test/support/accounts.ts';
import { compile, compileAll } from '../../test/support/compile.ts';
import { DEPLOYER, encode } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, send, startLocalChain } from '../../test/support/local-chain.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { packaged, paths } from '../../test/support/packages.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';
import { tokenOf } from '../../test/support/tokens.ts';

/** `wasabideployer.eth`, the only one who had ADMIN_ROLE. */
export const ADMIN: Address = '0x5C629f8C0B5368F523C85bFe79d2A8EFB64fB0c8';
const MANAGER: Address = '0xc0b01a4f4A4459D5A7E13C2E8566CDe93A010e7D';
export const WETH_VAULT: Address = '0x630ED8220F9cbc98358a2E2eCb0727D7B9D61397';
export const USDC_VAULT: Address = '0x7d7bB40f523266B63319Bc3E3f6F351B9E389e8f';
const WETH: Address = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
const USDC: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
export const HELPER: Address = '0x878E94142409DAFCC5CC83D5cD2e9DA2Bf0BF3bF';
/** Who deployed the helper, at its nonce 0, and to whom it pays. */
export const THIEF: Address = '0x02228b0afcdbEdf8180D96Fc181Da3AF5DD1d1ab';

/** Nobody's: a Safe that the team could have had, and where the code of manager and vaults stands. */
const TEAM: Address = account(0x7ea);
const SINGLETON: Address = account(0x51);
const TEAM_OWNERS: readonly Address[] = [0x11, 0x12, 0x13].map(account);
const MANAGER_CODE: Address = account(0x1);
const VAULT_CODE: Address = account(0x2);

/** Wasabi's manager and vaults, as far as the decision rests on them. */
const contracts = compileAll(`
import '@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol';
import '@openzeppelin/contracts-upgradeable/access/manager/AccessManagerUpgradeable.sol';
import '@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol';
import '@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol';

contract Manager is UUPSUpgradeable, AccessManagerUpgradeable {
  function isAdmin(address who) public view {
    (bool isMember, ) = hasRole(ADMIN_ROLE, who);
    if (!isMember) revert AccessManagerUnauthorizedAccount(who, ADMIN_ROLE);
  }
  function _authorizeUpgrade(address) internal view override { isAdmin(msg.sender); }
}

contract Vault is UUPSUpgradeable, OwnableUpgradeable {
  IERC20 public asset;
  mapping(address => uint256) public strategyDebt;
  modifier onlyAdmin() { Manager(owner()).isAdmin(msg.sender); _; }
  function initialize(Manager manager, IERC20 asset_) external initializer {
    __Ownable_init(address(manager));
    asset = asset_;
  }
  function strategyDeposit(address strategy, uint256 amount) external onlyAdmin {
    strategyDebt[strategy] += amount;
    SafeERC20.safeTransfer(asset, msg.sender, amount);
  }
  function _authorizeUpgrade(address) internal override onlyAdmin {}
}`);

/** Stand-in for the helper: whoever deployed it has it call anything, and nobody else does. */
const helper = compile(
  'Helper',
  `contract Helper {
    address immutable owner = msg.sender;
    function run(address to, bytes calldata data) external {
      require(msg.sender == owner);
      (bool success, ) = to.call(data);
      require(success);
    }
  }`,
);

/** A local chain that stands minutes before the vaults were taken. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({ chainId: 1, timestamp: 1_777_535_087 });
  const { deployedBytecode: proxy } = await packaged(
    paths.openZeppelin('@openzeppelin/contracts', 'ERC1967Proxy'),
  );
  const codeOf = async (name: 'Manager' | 'Vault') =>
    await codeAt(chain, await deployCompiled(chain, DEPLOYER, contracts(name), []));
  const proxyTo = (code: Address) => ({
    code: proxy,
    storage: { [ERC1967.implementation.slot]: pad(code) },
  });
  await chain.set({
    [MANAGER_CODE]: { code: await codeOf('Manager') },
    [MANAGER]: proxyTo(MANAGER_CODE),
    [VAULT_CODE]: { code: await codeOf('Vault') },
    [WETH_VAULT]: proxyTo(VAULT_CODE),
    [USDC_VAULT]: proxyTo(VAULT_CODE),
    [HELPER]: { code: await codeAt(chain, await deployCompiled(chain, THIEF, helper, [])) },
    [WETH]: await tokenOf({ [WETH_VAULT]: 840_900_000_000_000_000_000n }),
    [USDC]: await tokenOf({ [USDC_VAULT]: 172_000_000_000n }),
    [SINGLETON]: { code: await safeCode('singleton 1.4.1') },
    [TEAM]: {
      code: await safeCode('proxy 1.4.1'),
      storage: safeStorage({ singleton: SINGLETON, owners: TEAM_OWNERS, threshold: 2 }),
    },
  });
  await send(chain, DEPLOYER, { to: MANAGER, data: encode('initialize(address)', ADMIN) });
  const initialize = 'initialize(address,address)';
  await send(chain, DEPLOYER, { to: WETH_VAULT, data: encode(initialize, MANAGER, WETH) });
  await send(chain, DEPLOYER, { to: USDC_VAULT, data: encode(initialize, MANAGER, USDC) });
  return chain;
}
