/**
 * Roles and owners of OpenZeppelin's, Aave's, MakerDAO's and Solmate's making, as their contracts give them.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/tree/v5.7.0/contracts/access
 */
import { zeroAddress, zeroHash } from 'viem';
import { compileAll } from '../../../support/compile.ts';
import { DEPLOYER, roleHash } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { type AuthorityGroup, by, call, DAY, ETHER, NOW, pay, selector } from '../catalogue.ts';
import { treasury } from '../wallets.ts';

const SOURCE = `
import '@openzeppelin/contracts/access/AccessControl.sol';
import '@openzeppelin/contracts/access/Ownable2Step.sol';
import '@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol';
import '@openzeppelin/contracts/access/manager/AccessManaged.sol';
import 'solmate/src/auth/Owned.sol';

contract Vault is AccessControl {
  bool public paused;
  uint256 public fee;
  constructor(address admin) { _grantRole(DEFAULT_ADMIN_ROLE, admin); }
  receive() external payable {}
  function pause() external onlyRole(keccak256('PAUSER_ROLE')) { paused = true; }
  function setFee(uint256 to) external onlyRole(keccak256('KEEPER_ROLE')) { fee = to; }
  function withdraw(address payable to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) { to.transfer(amount); }
}
contract Ruled is AccessControlDefaultAdminRules {
  constructor(uint48 delay, address admin) AccessControlDefaultAdminRules(delay, admin) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) { to.transfer(amount); }
}
contract Reserve is AccessManaged {
  uint256 public cap;
  constructor(address authority) AccessManaged(authority) {}
  receive() external payable {}
  function setCap(uint256 to) external restricted { cap = to; }
  function withdraw(address payable to, uint256 amount) external restricted { to.transfer(amount); }
  function sweep(address payable to) external restricted { to.transfer(address(this).balance); }
}
contract Box is Ownable {
  constructor(address owner) Ownable(owner) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}
contract Box2 is Ownable2Step {
  constructor(address owner) Ownable(owner) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}
contract Till is Owned {
  constructor(address owner) Owned(owner) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}
/** As MakerDAO's contracts are: every ward makes others wards. */
contract Jug {
  mapping(address => uint256) public wards;
  uint256 public duty;
  event Rely(address indexed usr);
  event Deny(address indexed usr);
  modifier auth() { require(wards[msg.sender] == 1, 'Jug/not-authorized'); _; }
  constructor(address first) { wards[first] = 1; emit Rely(first); }
  function rely(address usr) external auth { wards[usr] = 1; emit Rely(usr); }
  function deny(address usr) external auth { wards[usr] = 0; emit Deny(usr); }
  function file(uint256 to) external auth { duty = to; }
}`;

const GRANT = 'grantRole(bytes32,address)';
const REVOKE = 'revokeRole(bytes32,address)';
const GRANT_MANAGED = 'grantRole(uint64,address,uint32)';
const SET_FUNCTIONS = 'setTargetFunctionRole(address,bytes4[],uint64)';
const TRANSFER = 'transferOwnership(address)';
const PUBLIC = 2n ** 64n - 1n;
const WITHDRAW = selector('withdraw(address,uint256)');
const [POOL_ADMIN, RISK_ADMIN] = [roleHash('POOL_ADMIN'), roleHash('RISK_ADMIN')];

export const access: AuthorityGroup = {
  title: 'roles and owners',
  payees: ['Payee'],
  contracts: [
    ...['Vault', 'Ruled', 'Promised', 'ACLManager', 'Box', 'Box2', 'Offered', 'Till', 'Jug'].map(
      (name) => ({ name }),
    ),
    {
      name: 'Manager',
      functions: [
        GRANT_MANAGED,
        'setRoleAdmin(uint64,uint64)',
        SET_FUNCTIONS,
        'updateAuthority(address,address)',
        'setTargetClosed(address,bool)',
        'labelRole(uint64,string)',
      ],
    },
  ],
  build: async (on) => {
    const safe = await treasury(on);
    const { zoe } = on.keys(['zoe']);
    const [dave, mallory] = [on.at('dave'), on.at('mallory')];
    const compiled = compileAll(SOURCE);

    const vault = await on.deploy('Vault', compiled('Vault'), [safe]);
    await on.call(safe, vault, GRANT, roleHash('PAUSER_ROLE'), dave);
    await on.deploy('Ruled', compiled('Ruled'), [3 * DAY, safe]);
    await on.deploy('Box', compiled('Box'), [safe]);
    await on.deploy('Box2', compiled('Box2'), [safe]);
    const offered = await on.deploy('Offered', compiled('Box2'), [dave]);
    await on.call(dave, offered, TRANSFER, safe);
    await on.deploy('Till', compiled('Till'), [safe]);
    await on.deploy('Jug', compiled('Jug'), [safe]);

    // Roles of the manager: 5 sets the cap after a day, 6 withdraws, 7 is dave's, 8 sweeps and takes three
    // days to be given.
    const manager = paths.openZeppelin('@openzeppelin/contracts', 'AccessManager');
    const own = await on.deploy('Manager', manager, [safe]);
    await on.deploy('OtherManager', manager, [mallory]);
    const reserve = await on.deploy('Reserve', compiled('Reserve'), [own]);
    await on.call(safe, own, GRANT_MANAGED, 5n, zoe, DAY);
    await on.call(safe, own, GRANT_MANAGED, 7n, dave, 0);
    await on.call(safe, own, 'setGrantDelay(uint64,uint32)', 8n, 3 * DAY);
    for (const [name, role] of [
      ['setCap(uint256)', 5n],
      ['withdraw(address,uint256)', 6n],
      ['sweep(address)', 8n],
    ] as const) {
      await on.call(safe, own, SET_FUNCTIONS, reserve, [selector(name)], role);
    }

    const provider = await on.deploy('Provider', paths.aaveV3Provider, ['market', DEPLOYER]);
    await on.call(DEPLOYER, provider, 'setACLAdmin(address)', DEPLOYER);
    const acl = await on.deploy(
      'ACLManager',
      '@aave/core-v3/artifacts/contracts/protocol/configuration/ACLManager.sol/ACLManager.json',
      [provider],
    );
    await on.call(DEPLOYER, acl, 'addRiskAdmin(address)', dave);
    await on.call(DEPLOYER, acl, GRANT, zeroHash, safe);
    await on.call(DEPLOYER, acl, 'renounceRole(bytes32,address)', zeroHash, DEPLOYER);

    await on.until(NOW - 10 * DAY);
    const promised = await on.deploy('Promised', compiled('Ruled'), [3 * DAY, dave]);
    await on.call(dave, promised, 'beginDefaultAdminTransfer(address)', safe);
  },
  changes: [
    {
      name: 'the first administrator of an AccessControl',
      request: by('Treasury', call('Vault', GRANT, zeroHash, 'mallory')),
      decision: 'REJECT',
      gains: ['take Vault: mallory', 'pause Vault: mallory', 'configure Vault: mallory'],
      lookAlike: {
        name: 'the first administrator again',
        request: by('Treasury', call('Vault', GRANT, zeroHash, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a pauser',
      request: by('Treasury', call('Vault', GRANT, roleHash('PAUSER_ROLE'), 'mallory')),
      decision: 'HOLD',
      gains: ['pause Vault: mallory'],
      lookAlike: {
        name: 'a pauser who is one',
        request: by('Treasury', call('Vault', GRANT, roleHash('PAUSER_ROLE'), 'dave')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a keeper of a vault that is no position',
      request: by('Treasury', call('Vault', GRANT, roleHash('KEEPER_ROLE'), 'mallory')),
      decision: 'HOLD',
      gains: ['configure Vault: mallory'],
      positions: [],
      lookAlike: {
        name: 'a keeper fewer, who was none',
        request: by('Treasury', call('Vault', REVOKE, roleHash('KEEPER_ROLE'), 'mallory')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a pauser fewer',
      request: by('Treasury', call('Vault', REVOKE, roleHash('PAUSER_ROLE'), 'dave')),
      decision: 'HOLD',
      gains: [],
      loses: ['pause Vault: dave'],
      lookAlike: {
        name: 'ether for the vault',
        request: by('Treasury', pay('Vault', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a transfer of the default admin, begun',
      request: by('Treasury', call('Ruled', 'beginDefaultAdminTransfer(address)', 'mallory')),
      decision: 'REJECT',
      gains: ['take Ruled: mallory', 'configure Ruled: mallory'],
      lookAlike: {
        name: 'a transfer of the default admin, begun and cancelled',
        request: by(
          'Treasury',
          call('Ruled', 'beginDefaultAdminTransfer(address)', 'mallory'),
          call('Ruled', 'cancelDefaultAdminTransfer()'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a transfer of the default admin, accepted',
      request: by('Treasury', call('Promised', 'acceptDefaultAdminTransfer()')),
      decision: 'HOLD',
      gains: [],
      loses: ['take Promised: dave', 'configure Promised: dave'],
      lookAlike: {
        name: 'ether for it',
        request: by('Treasury', pay('Promised', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'the role of an administrator put under another, at Aave',
      request: by(
        'Treasury',
        call('ACLManager', 'setRoleAdmin(bytes32,bytes32)', POOL_ADMIN, RISK_ADMIN),
      ),
      decision: 'HOLD',
      gains: ['configure ACLManager: dave'],
      lookAlike: {
        name: 'the role put under the one that it is under',
        request: by(
          'Treasury',
          call('ACLManager', 'setRoleAdmin(bytes32,bytes32)', POOL_ADMIN, zeroHash),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'an admin of an AccessManager',
      request: by('Treasury', call('Manager', GRANT_MANAGED, 0n, 'mallory', 0)),
      decision: 'REJECT',
      gains: ['take Reserve: mallory', 'configure Reserve: mallory'],
      lookAlike: {
        name: 'an admin who is one',
        request: by('Treasury', call('Manager', GRANT_MANAGED, 0n, 'Treasury', 0)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a member of a role, with a delay',
      request: by('Treasury', call('Manager', GRANT_MANAGED, 5n, 'mallory', DAY)),
      decision: 'HOLD',
      gains: ['configure Reserve: mallory after 1 d'],
      lookAlike: {
        name: 'a member of a role that nothing asks for',
        request: by('Treasury', call('Manager', GRANT_MANAGED, 11n, 'mallory', DAY)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a member of a role that withdraws',
      request: by('Treasury', call('Manager', GRANT_MANAGED, 6n, 'mallory', 0)),
      decision: 'REJECT',
      gains: ['take Reserve: mallory'],
      lookAlike: {
        name: 'a label of the role that withdraws',
        request: by('Treasury', call('Manager', 'labelRole(uint64,string)', 6n, 'WITHDRAW')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a member of a role that takes three days to be given',
      request: by('Treasury', call('Manager', GRANT_MANAGED, 8n, 'mallory', 0)),
      decision: 'REJECT',
      gains: ['take Reserve: mallory after 3 d'],
      lookAlike: {
        name: 'a member who is one',
        request: by('Treasury', call('Manager', GRANT_MANAGED, 7n, 'dave', 0)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a role put under another',
      request: by('Treasury', call('Manager', 'setRoleAdmin(uint64,uint64)', 6n, 7n)),
      decision: 'REJECT',
      gains: ['take Reserve: dave'],
      lookAlike: {
        name: 'a role put under the one that it is under',
        request: by('Treasury', call('Manager', 'setRoleAdmin(uint64,uint64)', 6n, 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a function opened to everyone',
      request: by('Treasury', call('Manager', SET_FUNCTIONS, 'Reserve', [WITHDRAW], PUBLIC)),
      decision: 'REJECT',
      gains: ['take Reserve: anyone'],
      lookAlike: {
        name: 'a function for the role that has it',
        request: by('Treasury', call('Manager', SET_FUNCTIONS, 'Reserve', [WITHDRAW], 6n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'another authority',
      request: by(
        'Treasury',
        call('Manager', 'updateAuthority(address,address)', 'Reserve', 'OtherManager'),
      ),
      decision: 'REJECT',
      gains: ['take Reserve: mallory', 'configure Reserve: mallory'],
      lookAlike: {
        name: 'the same authority again',
        request: by(
          'Treasury',
          call('Manager', 'updateAuthority(address,address)', 'Reserve', 'Manager'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a target closed',
      request: by('Treasury', call('Manager', 'setTargetClosed(address,bool)', 'Reserve', true)),
      decision: 'HOLD',
      gains: [],
      loses: ['configure Reserve: zoe after 1 d'],
      lookAlike: {
        name: 'a target opened that is open',
        request: by('Treasury', call('Manager', 'setTargetClosed(address,bool)', 'Reserve', false)),
        decision: 'SIGN',
      },
    },
    {
      // It takes effect in five days at the earliest: until then nobody is sooner.
      name: 'a delay of the admins of a target',
      request: by(
        'Treasury',
        call('Manager', 'setTargetAdminDelay(address,uint32)', 'Reserve', 10 * DAY),
      ),
      decision: 'HOLD',
      gains: [],
      finds: 'unknown-call',
      positions: ['Reserve'],
      lookAlike: {
        name: 'a label of the role that sets the cap',
        request: by('Treasury', call('Manager', 'labelRole(uint64,string)', 5n, 'CAP')),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner in one step',
      request: by('Treasury', call('Box', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: ['take Box: mallory', 'configure Box: mallory'],
      loses: ['take Box: 2 of [alice, bob, carol]', 'configure Box: 2 of [alice, bob, carol]'],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Box', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner in two steps, offered',
      request: by('Treasury', call('Box2', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: ['take Box2: mallory', 'configure Box2: mallory'],
      lookAlike: {
        name: 'an owner offered, and taken back',
        request: by(
          'Treasury',
          call('Box2', TRANSFER, 'mallory'),
          call('Box2', TRANSFER, zeroAddress),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner in two steps, accepted',
      request: by('Treasury', call('Offered', 'acceptOwnership()')),
      decision: 'HOLD',
      gains: [],
      loses: ['take Offered: dave', 'configure Offered: dave'],
      lookAlike: {
        name: 'ether for it',
        request: by('Treasury', pay('Offered', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'no owner any more',
      request: by('Treasury', call('Box', 'renounceOwnership()')),
      decision: 'HOLD',
      gains: [],
      loses: ['take Box: 2 of [alice, bob, carol]', 'configure Box: 2 of [alice, bob, carol]'],
      lookAlike: {
        name: 'a withdrawal by the owner',
        request: by(
          'Treasury',
          pay('Box', ETHER),
          call('Box', 'withdraw(address,uint256)', 'Payee', ETHER),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: "an owner of Solmate's making, who is no position",
      request: by('Treasury', call('Till', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: ['take Till: mallory'],
      positions: [],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Till', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a ward',
      request: by('Treasury', call('Jug', 'rely(address)', 'mallory')),
      decision: 'HOLD',
      gains: ['configure Jug: mallory'],
      lookAlike: {
        name: 'a ward who is one',
        request: by('Treasury', call('Jug', 'rely(address)', 'Treasury')),
        decision: 'SIGN',
      },
    },
  ],
};
