/**
 * Estates to measure on: groups of ten contracts, as organisations build them. Three upgradeable tokens
 * behind an admin behind a timelock behind a Safe, one of whose owners is a Safe of the next group; two
 * more Safes, a token that a Safe owns and one with roles. Owners are shared.
 */
import { type Address, getAddress, type Hex, keccak256, pad, toHex, zeroAddress } from 'viem';
import type { AccountOverride } from '../../src/chains/evm/state.ts';
import { slot } from '../../src/chains/evm/values.ts';
import { account } from '../../test/support/accounts.ts';
import { type Compiled, compile } from '../../test/support/compile.ts';
import type { LocalChain } from '../../test/support/local-chain.ts';
import { deploy, deployCompiled } from '../../test/support/openzeppelin.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';

const GROUP = 10;
/** A proxy must be deployed with some call: `owner()`. */
const OWNER_CALL: Hex = '0x8da5cb5b';
const DEPLOYER = account(0xde);
const SINGLETON = account(0x51);
const [TOKEN_CODE, ADMIN_SLOT, IMPLEMENTATION_SLOT] = [
  account(0x70),
  eip1967('admin'),
  eip1967('implementation'),
];

/** Ten contracts, by what they are. */
export interface Group {
  /** Upgradeable tokens that the operations Safe owns. */
  readonly proxies: readonly Address[];
  readonly proxyAdmin: Address;
  /** Administers the proxies; the operations Safe proposes. */
  readonly timelock: Address;
  readonly operations: Address;
  /** What all else is found from. */
  readonly tokens: readonly Address[];
}

/** Puts an estate of `size` contracts onto a chain. */
export async function buildEstate(chain: LocalChain, size: number): Promise<readonly Group[]> {
  const owned = compile('Token', OWNED);
  const withRoles = compile('Token', WITH_ROLES);
  const code = await codes(chain, owned);
  const numbers = Array.from({ length: size / GROUP }, (_, index) => index);
  const groups: Group[] = [];
  const accounts: Record<Address, AccountOverride> = {
    [SINGLETON]: { code: code.singleton },
    [TOKEN_CODE]: { code: code.token },
  };
  for (const group of numbers) {
    const at = (part: number, of = group) => account(0x1000_0000 + of * 0x100 + part);
    const [proxies, proxyAdmin, operations, guardians, treasury, token] = [
      [at(1), at(2), at(3)],
      at(4),
      at(5),
      at(6),
      at(7),
      at(8),
    ];
    const people = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => account(0x2000_0000 + group * 4 + from + index));
    const safe = (owners: readonly Address[], threshold: number): AccountOverride => ({
      code: code.proxy,
      storage: safeStorage({ singleton: SINGLETON, owners, threshold }),
    });
    const timelock = await deploy(chain, DEPLOYER, 'TimelockController', [
      172_800n,
      [operations],
      [zeroAddress],
      zeroAddress,
    ]);
    const roles = await deployCompiled(chain, DEPLOYER, withRoles, [operations]);
    for (const proxy of proxies) {
      accounts[proxy] = {
        // OpenZeppelin 5 writes the admin into the code, so that no two of these run the same.
        code: code.transparent(proxyAdmin),
        storage: {
          [IMPLEMENTATION_SLOT]: pad(TOKEN_CODE),
          [ADMIN_SLOT]: pad(proxyAdmin),
          [slot(0n)]: pad(operations),
        },
      };
    }
    accounts[proxyAdmin] = { code: code.proxyAdmin, storage: { [slot(0n)]: pad(timelock) } };
    const nested = at(7, (group + 1) % numbers.length);
    accounts[operations] = safe([...people(0, 4), nested], 3);
    accounts[guardians] = safe(people(2, 6), 2);
    accounts[treasury] = safe(people(1, 5), 3);
    accounts[token] = { code: code.token, storage: { [slot(0n)]: pad(guardians) } };
    const tokens = [...proxies, token, roles];
    groups.push({ proxies, proxyAdmin, timelock, operations, tokens });
  }
  await chain.set(accounts);
  return groups;
}

/** The runtime code of what the estate is made of. */
async function codes(chain: LocalChain, owned: Compiled) {
  const codeAt = async (deployed: Promise<Address>): Promise<Hex> =>
    (await chain.request('eth_getCode', [await deployed, 'latest'])) as Hex;
  const token = codeAt(deployCompiled(chain, DEPLOYER, owned, [DEPLOYER]));
  const marker = account(0xadadad);
  await chain.set({ [TOKEN_CODE]: { code: await token } });
  const transparent = await deploy(chain, DEPLOYER, 'TransparentUpgradeableProxy', [
    TOKEN_CODE,
    marker,
    OWNER_CALL,
  ]);
  const admin = (await chain.request('eth_getStorageAt', [
    transparent,
    ADMIN_SLOT,
    'latest',
  ])) as Hex;
  const template = await codeAt(Promise.resolve(transparent));
  return {
    token: await token,
    transparent: (proxyAdmin: Address): Hex =>
      template.replaceAll(admin.slice(26), proxyAdmin.slice(2).toLowerCase()) as Hex,
    proxyAdmin: await codeAt(Promise.resolve(getAddress(`0x${admin.slice(26)}`))),
    proxy: await safeCode('proxy 1.4.1'),
    singleton: await safeCode('singleton 1.4.1'),
  };
}

function eip1967(name: string): Hex {
  return toHex(BigInt(keccak256(toHex(`eip1967.proxy.${name}`))) - 1n, { size: 32 });
}

const OWNED = `
import "@openzeppelin/contracts/access/Ownable.sol";
contract Token is Ownable {
  constructor(address owner) Ownable(owner) {}
  mapping(address => uint256) public balanceOf;
  function mint(address to, uint256 amount) external onlyOwner { balanceOf[to] += amount; }
}`;

const WITH_ROLES = `
import "@openzeppelin/contracts/access/AccessControl.sol";
contract Token is AccessControl {
  bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");
  constructor(address admin) {
    _grantRole(DEFAULT_ADMIN_ROLE, admin);
    _grantRole(MINTER_ROLE, admin);
  }
  mapping(address => uint256) public balanceOf;
  function mint(address to, uint256 amount) external onlyRole(MINTER_ROLE) { balanceOf[to] += amount; }
}`;
