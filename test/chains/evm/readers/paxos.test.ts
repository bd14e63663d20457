import { type Address, encodeFunctionData, type Hex, parseAbi, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { MAX_UINT256, slot } from '../../../../src/chains/evm/values.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { type Action, nodeId, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type Compiled, compile } from '../../../support/compile.ts';
import { holders } from '../../../support/holders.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import {
  discoverOn,
  holdersOf,
  key,
  kindsAt,
  opaque,
  stateOf,
  ways,
} from '../../../support/read.ts';

const OWNER = account(0x61);
const NEXT = account(0x62);
const CONTROLLER = account(0x63);
const PROTECTOR = account(0x64);
const WHITELISTER = account(0x65);
const PAUSER = account(0x66);
const MANAGER = account(0x67);
const CONTROL_ADMIN = account(0x68);
const BURNER = account(0x69);
const IDLE = account(0x6a);
const DAY = 86_400;

/**
 * Stand in for the contracts of paxosglobal/paxos-token-contracts, which no package publishes: the
 * functions that refuse a stranger and the getters, written anew. Roles are OpenZeppelin's own.
 */
const FIRST_VERSION = `
contract Token {
  address public owner = msg.sender;
  address public assetProtectionRole;
  address public supplyController = msg.sender;
  address public proposedOwner;
  address public betaDelegateWhitelister;
  bool public paused;
  uint256 public totalSupply;
  mapping(address => uint256) balances;
  mapping(address => bool) frozen;
  mapping(address => bool) delegates;
  modifier only(address who) { require(msg.sender == who); _; }
  modifier either(address who) { require(msg.sender == who || msg.sender == owner); _; }
  function proposeOwner(address next) external only(owner) { proposedOwner = next; }
  function disregardProposeOwner() external either(proposedOwner) { proposedOwner = address(0); }
  function claimOwnership() external only(proposedOwner) { owner = proposedOwner; proposedOwner = address(0); }
  function reclaimBUSD() external only(owner) { balances[owner] += balances[address(this)]; balances[address(this)] = 0; }
  function pause() external only(owner) { paused = true; }
  function unpause() external only(owner) { paused = false; }
  function setAssetProtectionRole(address next) external either(assetProtectionRole) { assetProtectionRole = next; }
  function freeze(address who) external only(assetProtectionRole) { frozen[who] = true; }
  function unfreeze(address who) external only(assetProtectionRole) { frozen[who] = false; }
  function wipeFrozenAddress(address who) external only(assetProtectionRole) {
    require(frozen[who]);
    totalSupply -= balances[who];
    balances[who] = 0;
  }
  function setSupplyController(address next) external either(supplyController) { supplyController = next; }
  function increaseSupply(uint256 value) external only(supplyController) { balances[supplyController] += value; totalSupply += value; }
  function decreaseSupply(uint256 value) external only(supplyController) { balances[supplyController] -= value; totalSupply -= value; }
  function setBetaDelegateWhitelister(address next) external either(betaDelegateWhitelister) { betaDelegateWhitelister = next; }
  function whitelistBetaDelegate(address who) external only(betaDelegateWhitelister) { delegates[who] = true; }
  function unwhitelistBetaDelegate(address who) external only(betaDelegateWhitelister) { delegates[who] = false; }
}`;

const SECOND_VERSION = `
import '@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol';
import '@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol';
contract SupplyControl is AccessControlDefaultAdminRules, UUPSUpgradeable {
  struct Limit { uint256 limitCapacity; uint256 refillPerSecond; }
  bytes32 constant MANAGER = keccak256('SUPPLY_CONTROLLER_MANAGER_ROLE');
  bytes32 constant CONTROLLER = keccak256('SUPPLY_CONTROLLER_ROLE');
  mapping(address => Limit) limits;
  mapping(address => address[]) lists;
  mapping(address => bool) any;
  constructor() AccessControlDefaultAdminRules(1, msg.sender) {}
  function initialize(address admin, address manager) external {
    require(defaultAdmin() == address(0));
    _grantRole(DEFAULT_ADMIN_ROLE, admin);
    _grantRole(MANAGER, manager);
  }
  function addSupplyController(address who, uint256 limit, uint256 refill, address[] calldata list, bool all) external onlyRole(MANAGER) {
    _grantRole(CONTROLLER, who);
    limits[who] = Limit(limit, refill);
    lists[who] = list;
    any[who] = all;
  }
  function removeSupplyController(address who) external onlyRole(MANAGER) { _revokeRole(CONTROLLER, who); }
  function addMintAddressToWhitelist(address who, address to) external onlyRole(MANAGER) { lists[who].push(to); }
  function removeMintAddressFromWhitelist(address who, address) external onlyRole(MANAGER) { lists[who].pop(); }
  function updateAllowAnyMintAndBurnAddress(address who, bool all) external onlyRole(MANAGER) { any[who] = all; }
  function updateLimitConfig(address who, uint256 limit, uint256 refill) external onlyRole(MANAGER) { limits[who] = Limit(limit, refill); }
  function getSupplyControllerConfig(address who) external view returns (Limit memory, address[] memory, bool) {
    require(hasRole(CONTROLLER, who));
    return (limits[who], lists[who], any[who]);
  }
  function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}
  function canMintToAddress(address, uint256, address sender) external view { require(hasRole(CONTROLLER, sender)); }
  function canBurnFromAddress(address from, address sender) external view { require(hasRole(CONTROLLER, sender) && (any[sender] || from == sender)); }
}
contract Token is AccessControlDefaultAdminRules {
  bytes32 constant PAUSE = keccak256('PAUSE_ROLE');
  bytes32 constant PROTECT = keccak256('ASSET_PROTECTION_ROLE');
  SupplyControl public supplyControl;
  bool public paused;
  mapping(address => uint256) balances;
  mapping(address => bool) frozen;
  constructor(uint48 delay, address admin, address pauser, address protector) AccessControlDefaultAdminRules(delay, admin) {
    _grantRole(PAUSE, pauser);
    _grantRole(PROTECT, protector);
  }
  function setSupplyControl(address next) external onlyRole(DEFAULT_ADMIN_ROLE) { supplyControl = SupplyControl(next); }
  function reclaimToken() external onlyRole(DEFAULT_ADMIN_ROLE) { balances[address(this)] = 0; }
  function pause() external onlyRole(PAUSE) { paused = true; }
  function unpause() external onlyRole(PAUSE) { paused = false; }
  function freeze(address who) public onlyRole(PROTECT) { frozen[who] = true; }
  function freezeBatch(address[] calldata who) external onlyRole(PROTECT) { for (uint256 i = 0; i < who.length; i++) frozen[who[i]] = true; }
  function unfreeze(address who) external onlyRole(PROTECT) { frozen[who] = false; }
  function unfreezeBatch(address[] calldata who) external onlyRole(PROTECT) { for (uint256 i = 0; i < who.length; i++) frozen[who[i]] = false; }
  function wipeFrozenAddress(address who) external onlyRole(PROTECT) { require(frozen[who]); balances[who] = 0; }
  function increaseSupplyToAddress(uint256 value, address to) public { supplyControl.canMintToAddress(to, value, msg.sender); balances[to] += value; }
  function increaseSupply(uint256 value) external { increaseSupplyToAddress(value, msg.sender); }
  function mint(address to, uint256 value) external { increaseSupplyToAddress(value, to); }
  function decreaseSupplyFromAddress(uint256 value, address from) public { supplyControl.canBurnFromAddress(from, msg.sender); balances[from] -= value; }
  function decreaseSupply(uint256 value) external { decreaseSupplyFromAddress(value, msg.sender); }
  function burn(uint256 value) external { decreaseSupplyFromAddress(value, msg.sender); }
}`;

const abi = parseAbi([
  'function proposeOwner(address next)',
  'function claimOwnership()',
  'function setAssetProtectionRole(address next)',
  'function setSupplyController(address next)',
  'function setBetaDelegateWhitelister(address next)',
  'function setSupplyControl(address next)',
  'function addSupplyController(address who, uint256 limit, uint256 refill, address[] list, bool all)',
  'function removeSupplyController(address who)',
  'function beginDefaultAdminTransfer(address next)',
  'function initialize(address admin, address manager)',
]);

let chain: LocalChain;
let first: Compiled;
let second: { readonly token: Compiled; readonly control: Compiled };

beforeAll(async () => {
  first = compile('Token', FIRST_VERSION);
  second = {
    token: compile('Token', SECOND_VERSION),
    control: compile('SupplyControl', SECOND_VERSION),
  };
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const call = (from: Address, to: Address, data: Hex) => send(chain, from, { to, data });

const may = (found: Discovery, token: Address, action: Action): readonly string[] =>
  holders(
    found,
    power(`eip155:1:${token}`, action),
    ...['paxos', 'paxos-v2', 'paxos-supply-control', 'access-control'],
  );

const keys = (...accounts: readonly Address[]) => ways(...accounts.map((each) => [key(each)]));

const ownHolding = (token: Address): Action => ({
  spend: `eip155:1/erc20:${token}`,
  limit: MAX_UINT256,
});

describe('the first version', () => {
  async function deployFirst(): Promise<Address> {
    const token = await deployCompiled(chain, OWNER, first, []);
    await call(
      OWNER,
      token,
      encodeFunctionData({ abi, functionName: 'setSupplyController', args: [CONTROLLER] }),
    );
    await call(
      OWNER,
      token,
      encodeFunctionData({ abi, functionName: 'setAssetProtectionRole', args: [PROTECTOR] }),
    );
    await call(
      OWNER,
      token,
      encodeFunctionData({ abi, functionName: 'setBetaDelegateWhitelister', args: [WHITELISTER] }),
    );
    return token;
  }

  test('keeps each power for one role, and the owner may fill them all', async () => {
    const token = await deployFirst();
    const found = await discoverOn(chain, token);
    expect(kindsAt(found, token)).toContain('Paxos token');
    expect(may(found, token, 'mint')).toEqual(keys(OWNER, CONTROLLER));
    expect(may(found, token, 'freeze')).toEqual(keys(OWNER, PROTECTOR));
    expect(may(found, token, 'pause')).toEqual(keys(OWNER));
    expect(may(found, token, 'configure')).toEqual(keys(OWNER, WHITELISTER));
    expect(may(found, token, ownHolding(token))).toEqual(keys(OWNER));
    expect(may(found, token, 'act')).toEqual([]);
  });

  test('whoever was proposed as owner has its power already', async () => {
    const token = await deployFirst();
    await call(
      OWNER,
      token,
      encodeFunctionData({ abi, functionName: 'proposeOwner', args: [NEXT] }),
    );
    expect(may(await discoverOn(chain, token), token, 'mint')).toEqual(
      keys(OWNER, NEXT, CONTROLLER),
    );
    await call(NEXT, token, encodeFunctionData({ abi, functionName: 'claimOwnership' }));
    expect(may(await discoverOn(chain, token), token, 'mint')).toEqual(keys(NEXT, CONTROLLER));
  });

  test('it is read on a state that is only simulated', async () => {
    const token = await deployFirst();
    const after = overlay(await stateOf(chain), {
      [token]: { storage: { [slot(2n)]: slot(BigInt(NEXT)) } },
    });
    expect(may(await discover(after, [token], readers), token, 'mint')).toEqual(keys(OWNER, NEXT));
  });

  test('refuses the second version, whose supply another contract controls', async () => {
    const token = await deployCompiled(chain, OWNER, second.token, [0, OWNER, PAUSER, PROTECTOR]);
    expect(kindsAt(await discoverOn(chain, token), token)).not.toContain('Paxos token');
  });
});

describe('the second version', () => {
  async function deploySecond(): Promise<{ readonly token: Address; readonly control: Address }> {
    const token = await deployCompiled(chain, OWNER, second.token, [DAY, OWNER, PAUSER, PROTECTOR]);
    const code = await deployCompiled(chain, OWNER, second.control, []);
    const args = [CONTROL_ADMIN, MANAGER] as const;
    const data = encodeFunctionData({ abi, functionName: 'initialize', args });
    const control = await deploy(chain, OWNER, 'ERC1967Proxy', [code, data]);
    await call(
      OWNER,
      token,
      encodeFunctionData({ abi, functionName: 'setSupplyControl', args: [control] }),
    );
    return { token, control };
  }

  const add = (control: Address, who: Address, list: readonly Address[], any: boolean) => {
    const args = [who, 1n, 1n, list, any] as const;
    return call(
      MANAGER,
      control,
      encodeFunctionData({ abi, functionName: 'addSupplyController', args }),
    );
  };

  test('its roles pause and freeze; its SupplyControl says who mints', async () => {
    const { token, control } = await deploySecond();
    await add(control, CONTROLLER, [NEXT], false);
    await add(control, BURNER, [], true);
    await add(control, IDLE, [], false);
    const found = await discoverOn(chain, token);
    expect(kindsAt(found, token)).toContain('Paxos token, version 2');
    expect(kindsAt(found, control)).toContain("Paxos' SupplyControl");
    expect(may(found, token, 'pause')).toEqual(keys(OWNER, PAUSER));
    expect(may(found, token, 'mint')).toEqual(
      keys(OWNER, CONTROL_ADMIN, MANAGER, CONTROLLER, BURNER),
    );
    expect(may(found, token, 'freeze')).toEqual(
      keys(OWNER, CONTROL_ADMIN, MANAGER, PROTECTOR, BURNER),
    );
    expect(may(found, token, ownHolding(token))).toEqual(keys(OWNER));
    expect(holdersOf(found, power(`eip155:1:${control}`, 'act'))).toEqual([
      `${key(CONTROL_ADMIN)} after 0`,
    ]);
  });

  test('a supply controller that was removed is none', async () => {
    const { token, control } = await deploySecond();
    await add(control, CONTROLLER, [NEXT], false);
    const data = encodeFunctionData({
      abi,
      functionName: 'removeSupplyController',
      args: [CONTROLLER],
    });
    await call(MANAGER, control, data);
    expect(may(await discoverOn(chain, token), token, 'mint')).toEqual(
      keys(OWNER, CONTROL_ADMIN, MANAGER),
    );
  });

  test('the next default admin has to wait, and the present one may cancel', async () => {
    const { token } = await deploySecond();
    const data = encodeFunctionData({
      abi,
      functionName: 'beginDefaultAdminTransfer',
      args: [NEXT],
    });
    await call(OWNER, token, data);
    const { rules } = await discoverOn(chain, token);
    const times = coalitions(rules, power(`eip155:1:${token}`, 'mint')).list.map(
      ({ leaves, seconds }) => `${leaves.map(nodeId).join(' + ')} after ${seconds}`,
    );
    expect(times).toContain(`${key(NEXT)} after ${DAY + 1}`);
    expect(times).toContain(`${key(OWNER)} after 0`);
  });

  test('a SupplyControl that no reader knows may mint', async () => {
    const { token } = await deploySecond();
    const unknown = account(0x6b);
    await chain.set({ [unknown]: { code: '0x00' } });
    await call(
      OWNER,
      token,
      encodeFunctionData({ abi, functionName: 'setSupplyControl', args: [unknown] }),
    );
    const found = await discoverOn(chain, token);
    expect(may(found, token, 'mint')).toEqual(ways([key(OWNER)], [opaque(unknown)]));
    expect(found.unread).toContainEqual({
      account: `eip155:1:${unknown}`,
      reason: `whom it lets mint and burn ${token} is not read`,
    });
  });

  test('refuses the first version, whose supply one account controls', async () => {
    const token = await deployCompiled(chain, OWNER, first, []);
    expect(kindsAt(await discoverOn(chain, token), token)).not.toContain('Paxos token, version 2');
  });

  test('refuses a contract with supply controllers, but without the list of whom each may mint to', async () => {
    const token = await deployCompiled(chain, OWNER, second.token, [0, OWNER, PAUSER, zeroAddress]);
    expect(kindsAt(await discoverOn(chain, token), token)).not.toContain("Paxos' SupplyControl");
  });
});
