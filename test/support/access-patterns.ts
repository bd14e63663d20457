/** Ways in which contracts keep functions for some, and who that is: the oracle of the generic finder. */
import type { Address, Hex } from 'viem';
import type { AccountOverride } from '../../src/chains/evm/state.ts';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { account } from './accounts.ts';

export const OWNER = account(61);
const [GUARDIAN, NEXT, SIGNER] = [account(62), account(63), account(64)];

/** Who holds which power: each a set of holders who need one another. */
type Holders = Readonly<Record<string, readonly (readonly (Address | 'anyone' | 'who knows')[])[]>>;

export interface AccessPattern {
  readonly name: string;
  /** Solidity, the contract is called Test; or an account as it stands. */
  readonly source: string | AccountOverride;
  readonly args?: readonly unknown[];
  readonly viaIR?: boolean;
  /** Calls made after deployment, by the owner unless said otherwise. */
  readonly calls?: readonly { readonly data: Hex; readonly from?: Address }[];
  /** Who must be found. */
  readonly holders: Holders;
  /** Who is not found, because no reader of the state could tell; then the contract must be unread. */
  readonly missed?: Holders;
  /** Whether it must be unread, because there may be others than those found. */
  readonly isOpen?: boolean;
}

const pad = (address: Address): string => address.slice(2).toLowerCase().padStart(64, '0');

/** `setFee(uint256)` for whom `check` lets in; `fields` before it. */
const guarded = (fields: string, check: string): string => `
  contract Test {
    ${fields}
    uint256 public fee;
    function setFee(uint256 to) external { ${check} fee = to; }
  }`;

const owner = { configure: [[OWNER]] };

export const ACCESS_PATTERNS: readonly AccessPattern[] = [
  {
    name: 'owner in a slot',
    source: guarded(
      'address owner; constructor(address a) { owner = a; }',
      'require(msg.sender == owner);',
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'Ownable, owner may hand over',
    source: `import '@openzeppelin/contracts/access/Ownable.sol';
      contract Test is Ownable { uint256 public fee; constructor(address a) Ownable(a) {}
      function setFee(uint256 to) external onlyOwner { fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'Ownable, compiled through Yul',
    viaIR: true,
    source: `import '@openzeppelin/contracts/access/Ownable.sol';
      contract Test is Ownable { uint256 public fee; constructor(address a) Ownable(a) {}
      function setFee(uint256 to) external onlyOwner { fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'two-step ownership, next owner named',
    source: `import '@openzeppelin/contracts/access/Ownable2Step.sol';
      contract Test is Ownable2Step { uint256 public fee; constructor(address a) Ownable(a) {}
      function setFee(uint256 to) external onlyOwner { fee = to; } }`,
    args: [OWNER],
    calls: [{ data: `0xf2fde38b${pad(NEXT)}` }],
    holders: { configure: [[OWNER], [NEXT]] },
  },
  {
    name: 'ownership renounced',
    source: `import '@openzeppelin/contracts/access/Ownable.sol';
      contract Test is Ownable { uint256 public fee; constructor(address a) Ownable(a) {}
      function setFee(uint256 to) external onlyOwner { fee = to; } }`,
    args: [OWNER],
    calls: [{ data: '0x715018a6' }],
    holders: {},
  },
  {
    name: 'owner packed with a flag below',
    source: `contract Test { bool public open; address owner; uint256 public fee;
      constructor(address a) { owner = a; }
      function setOpen(bool to) external { open = to; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'owner packed with a flag above',
    source: `contract Test { address owner; bool public open; uint256 public fee;
      constructor(address a) { owner = a; }
      function setOpen(bool to) external { open = to; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'owner in a struct',
    source: guarded(
      'struct Config { uint256 cap; address admin; } Config config; constructor(address a) { config.admin = a; }',
      'require(msg.sender == config.admin);',
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'owner in a slot named by a hash',
    source: guarded(
      `bytes32 constant SLOT = keccak256('test.owner');
       constructor(address a) { bytes32 s = SLOT; assembly { sstore(s, a) } }
       function who() internal view returns (address a) { bytes32 s = SLOT; assembly { a := sload(s) } }`,
      'require(msg.sender == who());',
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'owner compared in assembly, whole word',
    source: guarded(
      'constructor(address a) { assembly { sstore(not(0x8b78c6d8), a) } }',
      `assembly { if iszero(eq(caller(), sload(not(0x8b78c6d8)))) { mstore(0x00, 0x82b42900) revert(0x1c, 0x04) } }`,
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'owner compared by exclusive or',
    source: guarded(
      'address owner; constructor(address a) { owner = a; }',
      'assembly { if xor(caller(), sload(0)) { revert(0, 0) } }',
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'immutable owner',
    source: guarded(
      'address immutable owner; constructor(address a) { owner = a; }',
      'require(msg.sender == owner);',
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'constant owner',
    source: guarded(`address constant owner = ${OWNER};`, 'require(msg.sender == owner);'),
    holders: owner,
  },
  {
    name: 'origin of the transaction',
    source: guarded(
      'address owner; constructor(address a) { owner = a; }',
      'require(tx.origin == owner);',
    ),
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'either of two',
    source: guarded(
      'address owner; address guardian; constructor(address a, address b) { owner = a; guardian = b; }',
      'require(msg.sender == owner || msg.sender == guardian);',
    ),
    args: [OWNER, GUARDIAN],
    holders: { configure: [[OWNER], [GUARDIAN]] },
  },
  {
    name: 'both of two',
    source: guarded(
      'address owner; address guardian; constructor(address a, address b) { owner = a; guardian = b; }',
      'require(msg.sender == owner && tx.origin == guardian);',
    ),
    args: [OWNER, GUARDIAN],
    holders: { configure: [[OWNER, GUARDIAN]] },
  },
  {
    name: 'list of owners, searched in a loop',
    source: guarded(
      'address[] owners; constructor(address a, address b) { owners.push(a); owners.push(b); }',
      `bool found; for (uint256 i; i < owners.length; i++) if (owners[i] == msg.sender) found = true; require(found);`,
    ),
    args: [OWNER, GUARDIAN],
    holders: { configure: [[OWNER], [GUARDIAN]] },
  },
  {
    name: 'mapping of booleans, named in events',
    source: guarded(
      `mapping(address => bool) public isKeeper; event Kept(address who);
       constructor(address a) { isKeeper[a] = true; emit Kept(a); }`,
      'require(isKeeper[msg.sender]);',
    ),
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'mapping of booleans, named nowhere',
    source: guarded(
      `mapping(address => bool) public isKeeper; constructor(address a) { isKeeper[a] = true; }`,
      'require(isKeeper[msg.sender]);',
    ),
    args: [OWNER],
    holders: {},
    missed: { configure: [[OWNER]] },
    isOpen: true,
  },
  {
    name: 'wards: mapping of numbers, members admit members',
    source: `contract Test { mapping(address => uint256) public wards; uint256 public fee; event Rely(address indexed a);
      constructor(address a) { wards[a] = 1; emit Rely(a); }
      modifier auth() { require(wards[msg.sender] == 1, 'not authorised'); _; }
      function rely(address a) external auth { wards[a] = 1; emit Rely(a); }
      function deny(address a) external auth { wards[a] = 0; }
      function file(uint256 to) external auth { fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'roles keyed by a hash',
    source: guarded(
      `mapping(bytes32 => mapping(address => bool)) roles; event Granted(bytes32 indexed role, address indexed to);
       constructor(address a, address b) {
         roles[keccak256('FEES')][a] = true; emit Granted(keccak256('FEES'), a);
         roles[keccak256('OTHER')][b] = true; emit Granted(keccak256('OTHER'), b); }`,
      "require(roles[keccak256('FEES')][msg.sender], 'role');",
    ),
    args: [OWNER, GUARDIAN],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'roles as bits of a word',
    source: guarded(
      `mapping(address => uint256) roles; event Granted(address indexed to, uint256 roles);
       constructor(address a, address b) {
         roles[a] = 1 << 4; emit Granted(a, 1 << 4); roles[b] = 1 << 5; emit Granted(b, 1 << 5); }`,
      'require(roles[msg.sender] & (1 << 4) != 0);',
    ),
    args: [OWNER, GUARDIAN],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'EnumerableSet of admins',
    source: `import '@openzeppelin/contracts/utils/structs/EnumerableSet.sol';
      contract Test { using EnumerableSet for EnumerableSet.AddressSet; EnumerableSet.AddressSet admins;
      uint256 public fee; event Added(address a);
      constructor(address a) { admins.add(a); emit Added(a); }
      function setFee(uint256 to) external { require(admins.contains(msg.sender)); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'signature of a stored signer',
    source: guarded('address signer; constructor(address a) { signer = a; }', '').replace(
      'function setFee(uint256 to) external {',
      `function setFee(uint256 to, uint8 v, bytes32 r, bytes32 s) external {
        require(ecrecover(keccak256(abi.encode(address(this), to)), v, r, s) == signer);`,
    ),
    args: [SIGNER],
    holders: { configure: [[SIGNER]] },
  },
  {
    name: 'owner of another contract',
    source: `interface IRegistry { function owner() external view returns (address); }
      contract Registry { address public owner; constructor(address a) { owner = a; } }
      contract Test { IRegistry registry; uint256 public fee;
      constructor(address a) { registry = IRegistry(address(new Registry(a))); }
      function setFee(uint256 to) external { require(msg.sender == registry.owner()); fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'another contract is asked about the caller',
    source: `interface IRegistry { function allowed(address a) external view returns (bool); }
      contract Registry { address who; constructor(address a) { who = a; }
        function allowed(address a) external view returns (bool) { return a == who; } }
      contract Test { IRegistry registry; uint256 public fee; event Asked(address a);
      constructor(address a) { registry = IRegistry(address(new Registry(a))); emit Asked(a); }
      function setFee(uint256 to) external { require(registry.allowed(msg.sender)); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'another contract is asked about the caller, and told more',
    source: `interface IRegistry { function allowed(address a, bytes calldata how) external view returns (bool); }
      contract Registry { address who; constructor(address a) { who = a; }
        function allowed(address a, bytes calldata) external view returns (bool) { return a == who; } }
      contract Test { IRegistry registry; uint256 public fee;
      constructor(address a) { registry = IRegistry(address(new Registry(a))); }
      function setFee(uint256 to, bytes calldata how) external { require(registry.allowed(msg.sender, how)); fee = to; } }`,
    args: [OWNER],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'anyone has it call one function of what they name',
    source: `interface IHook { function onCall(address to, bytes calldata data) external; }
      contract Test { uint256 calls;
      function run(IHook hook, address to, bytes memory data) external { calls += 1; hook.onCall(to, data); } }`,
    holders: {},
  },
  {
    name: 'only itself, through a function of the owner',
    source: `contract Test { address owner; uint256 public fee; constructor(address a) { owner = a; }
      function setFee(uint256 to) external { require(msg.sender == address(this)); fee = to; }
      function run(address to, bytes calldata data) external { require(msg.sender == owner);
        (bool ok,) = to.call(data); require(ok); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]], configure: [[OWNER]] },
  },
  {
    name: 'owner takes ether',
    source: `contract Test { address owner; constructor(address a) { owner = a; } receive() external payable {}
      function withdraw(address payable to) external { require(msg.sender == owner); to.transfer(address(this).balance); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'owner takes tokens',
    source: `interface IERC20 { function transfer(address to, uint256 amount) external returns (bool); }
      contract Test { address owner; constructor(address a) { owner = a; }
      function rescue(IERC20 token, address to, uint256 amount) external { require(msg.sender == owner); token.transfer(to, amount); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'owner takes the token that it was made for',
    source: `interface IERC20 { function transfer(address to, uint256 amount) external returns (bool); }
      contract Test { address owner; IERC20 token; constructor(address a) { owner = a; }
      function pay(address to, uint256 amount) external { require(msg.sender == owner); token.transfer(to, amount); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'owner runs code by delegatecall',
    source: `contract Test { address owner; constructor(address a) { owner = a; }
      function run(address to, bytes calldata data) external { require(msg.sender == owner);
        (bool ok,) = to.delegatecall(data); require(ok); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'minter and pauser differ',
    source: `contract Test { address minter; address pauser; bool paused; mapping(address => uint256) public balanceOf;
      constructor(address a, address b) { minter = a; pauser = b; }
      function mint(address to, uint256 amount) external { require(msg.sender == minter && !paused); balanceOf[to] += amount; }
      function pause() external { require(msg.sender == pauser); paused = true; }
      function unpause() external { require(msg.sender == pauser); paused = false; }
      function transfer(address to, uint256 amount) external { balanceOf[msg.sender] -= amount; balanceOf[to] += amount; } }`,
    args: [OWNER, GUARDIAN],
    holders: { mint: [[OWNER]], pause: [[GUARDIAN]] },
  },
  {
    name: 'paused now: the minter mints once that is lifted',
    source: `contract Test { address minter; address pauser; bool paused; mapping(address => uint256) public balanceOf;
      constructor(address a, address b) { minter = a; pauser = b; paused = true; }
      function mint(address to, uint256 amount) external { require(msg.sender == minter && !paused); balanceOf[to] += amount; }
      function pause() external { require(msg.sender == pauser); paused = true; }
      function unpause() external { require(msg.sender == pauser); paused = false; } }`,
    args: [OWNER, GUARDIAN],
    holders: { mint: [[OWNER]], pause: [[GUARDIAN]] },
  },
  {
    name: 'initialize, never called',
    source: `contract Test { address owner; uint256 public fee; bool done;
      function initialize(address a) external { require(!done); done = true; owner = a; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    holders: { configure: [['anyone']] },
  },
  {
    name: 'initialize, called',
    source: `contract Test { address owner; uint256 public fee; bool done;
      function initialize(address a) external { require(!done); done = true; owner = a; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    calls: [{ data: `0xc4d66de8${pad(OWNER)}` }],
    holders: owner,
  },
  {
    name: 'anyone may have it call anything',
    source: `contract Test { function run(address to, bytes calldata data) external payable {
      (bool ok,) = to.call{value: msg.value}(data); require(ok); } }`,
    holders: { act: [['anyone']] },
  },
  {
    name: 'proxy of no standard: implementation in a slot of its own',
    source: `contract Logic { }
      contract Test { address code; address boss; constructor(address a) { code = address(new Logic()); boss = a; }
      function point(address to) external { require(msg.sender == boss); code = to; }
      fallback() external payable { address to = code; assembly {
        calldatacopy(0, 0, calldatasize()) let ok := delegatecall(gas(), to, 0, calldatasize(), 0, 0)
        returndatacopy(0, 0, returndatasize()) switch ok case 0 { revert(0, returndatasize()) } default { return(0, returndatasize()) } } } }`,
    args: [OWNER],
    holders: { act: [[OWNER]], upgrade: [[OWNER]] },
  },
  {
    name: 'hash of a secret',
    source: guarded('bytes32 lock; constructor(bytes32 a) { lock = a; }', '').replace(
      'function setFee(uint256 to) external {',
      'function setFee(uint256 to, bytes32 secret) external { require(keccak256(abi.encode(secret)) == lock);',
    ),
    args: [`0x${'11'.repeat(32)}`],
    holders: {},
    missed: { configure: [['who knows']] },
    isOpen: true,
  },
  {
    name: 'a change that waits',
    source: `contract Test { address owner; address next; uint256 since; uint256 public fee; constructor(address a) { owner = a; }
      function propose(address a) external { require(msg.sender == owner); next = a; since = block.timestamp; }
      function take() external { require(since != 0 && block.timestamp >= since + 2 days); owner = next; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    missed: { configure: [['anyone']] },
    isOpen: true,
  },
  {
    name: 'votes gathered first',
    source: `contract Test { mapping(address => bool) isOwner; mapping(bytes32 => uint256) votes; event Owner(address a);
      constructor(address a, address b) { isOwner[a] = true; isOwner[b] = true; emit Owner(a); emit Owner(b); }
      function confirm(bytes32 id) external { require(isOwner[msg.sender]); votes[id] += 1; }
      function execute(address to, bytes calldata data) external { require(isOwner[msg.sender]);
        require(votes[keccak256(abi.encode(to, data))] >= 2); (bool ok,) = to.call(data); require(ok); } }`,
    args: [OWNER, GUARDIAN],
    holders: { configure: [[OWNER], [GUARDIAN]] },
    missed: { act: [[OWNER, GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'the holder of an item',
    source: `contract Test { mapping(uint256 => address) public ownerOf; mapping(uint256 => uint256) public price; uint256 next;
      function open() external { ownerOf[next++] = msg.sender; }
      function setPrice(uint256 id, uint256 to) external { require(msg.sender == ownerOf[id]); price[id] = to; } }`,
    holders: {},
  },
  {
    name: 'open to all but the banned',
    source: `contract Test { mapping(address => bool) banned; uint256 public count;
      function poke() external { require(!banned[msg.sender]); count += 1; } }`,
    holders: {},
  },
  {
    name: 'a token that anyone moves for themselves',
    source: `import '@openzeppelin/contracts/token/ERC20/ERC20.sol';
      contract Test is ERC20 { constructor() ERC20('Test', 'T') { _mint(msg.sender, 1 ether); } }`,
    holders: {},
  },
  {
    name: 'initialised, as OpenZeppelin 5 does it',
    source: `import '@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol';
      contract Test is OwnableUpgradeable { uint256 public fee; constructor(address a) initializer { __Ownable_init(a); }
      function initialize(address a) external initializer { __Ownable_init(a); }
      function setFee(uint256 to) external onlyOwner { fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'flag in one word with what anyone writes',
    source: `contract Test { struct User { bool admin; uint64 seen; } mapping(address => User) users; uint256 fee; event Admin(address a);
      constructor(address a) { users[a].admin = true; emit Admin(a); }
      function ping() external { users[msg.sender].seen = uint64(block.timestamp); }
      function setFee(uint256 to) external { require(users[msg.sender].admin); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'flag in a struct with what anyone writes',
    source: `contract Test { struct User { uint256 deposited; bool admin; } mapping(address => User) users; uint256 fee; event Admin(address a);
      constructor(address a) { users[a].admin = true; emit Admin(a); }
      function deposit() external payable { users[msg.sender].deposited += msg.value; }
      function setFee(uint256 to) external { require(users[msg.sender].admin); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'whoever came first, and someone did',
    source: `contract Test { address owner; uint256 count; uint256 fee; constructor(address a) { owner = a; }
      function join(address a) external { if (owner == address(0)) owner = a; else count++; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'next owner stored, put in place by anyone',
    source: `contract Test { address owner; address next; uint256 fee; constructor(address a, address b) { owner = a; next = b; }
      function propose(address a) external { require(msg.sender == owner); next = a; }
      function take() external { require(next != address(0)); owner = next; next = address(0); }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER, NEXT],
    holders: { configure: [[OWNER], [NEXT]] },
  },
  {
    name: 'next owner stored, put in place by a keeper',
    source: `contract Test { address owner; address next; address keeper; uint256 fee;
      constructor(address a, address b, address c) { owner = a; next = b; keeper = c; }
      function propose(address a) external { require(msg.sender == owner); next = a; }
      function take() external { require(msg.sender == keeper); owner = next; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER, NEXT, GUARDIAN],
    holders: { configure: [[OWNER], [NEXT, GUARDIAN]] },
  },
  {
    name: 'next implementation stored, put in place by anyone',
    source: `contract Logic { }
      contract Test { address code; address next; address boss; constructor(address a) { code = address(new Logic()); next = code; boss = a; }
      function propose(address to) external { require(msg.sender == boss); next = to; }
      function take() external { code = next; }
      fallback() external payable { address to = code; assembly {
        calldatacopy(0, 0, calldatasize()) let ok := delegatecall(gas(), to, 0, calldatasize(), 0, 0)
        returndatacopy(0, 0, returndatasize()) switch ok case 0 { revert(0, returndatasize()) } default { return(0, returndatasize()) } } } }`,
    args: [OWNER],
    holders: { act: [[OWNER]], upgrade: [[OWNER]] },
  },
  {
    name: 'ERC-2771: a trusted forwarder',
    source: `import '@openzeppelin/contracts/metatx/ERC2771Forwarder.sol'; import '@openzeppelin/contracts/metatx/ERC2771Context.sol';
      contract Test is ERC2771Context { address owner; uint256 fee; constructor(address a) ERC2771Context(address(new ERC2771Forwarder('F'))) { owner = a; }
      function setFee(uint256 to) external { require(_msgSender() == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'signatures counted in a loop',
    source: `contract Test { mapping(address => bool) isOwner; uint256 threshold = 2; uint256 nonce; event Owner(address a);
      constructor(address a, address b) { isOwner[a] = true; isOwner[b] = true; emit Owner(a); emit Owner(b); }
      function setThreshold(uint256 to) external { require(msg.sender == address(this)); threshold = to; }
      function execute(address to, bytes calldata data, uint8[] calldata v, bytes32[] calldata r, bytes32[] calldata s) external {
        bytes32 hash = keccak256(abi.encode(to, data, nonce++, address(this))); address last;
        for (uint256 i; i < threshold; i++) { address next = ecrecover(hash, v[i], r[i], s[i]); require(isOwner[next] && next > last); last = next; }
        (bool ok,) = to.call(data); require(ok); } }`,
    args: [OWNER, GUARDIAN],
    holders: {},
    missed: { act: [[OWNER, GUARDIAN]], configure: [[OWNER, GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'signatures of two of a list',
    source: `contract Test { mapping(address => bool) isOwner; uint256 fee; event Owner(address a);
      constructor(address a, address b) { isOwner[a] = true; isOwner[b] = true; emit Owner(a); emit Owner(b); }
      function setFee(uint256 to, uint8[2] calldata v, bytes32[2] calldata r, bytes32[2] calldata s) external {
        bytes32 hash = keccak256(abi.encode(to, address(this)));
        address one = ecrecover(hash, v[0], r[0], s[0]); address two = ecrecover(hash, v[1], r[1], s[1]);
        require(one != two && isOwner[one] && isOwner[two]); fee = to; } }`,
    args: [OWNER, GUARDIAN],
    holders: {},
    missed: { configure: [[OWNER, GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'the caller, and the signature of another of the list',
    source: `contract Test { mapping(address => bool) isOwner; uint256 fee; event Owner(address a);
      constructor(address a, address b) { isOwner[a] = true; isOwner[b] = true; emit Owner(a); emit Owner(b); }
      function setFee(uint256 to, uint8 v, bytes32 r, bytes32 s) external {
        address other = ecrecover(keccak256(abi.encode(to, address(this))), v, r, s);
        require(other != msg.sender && isOwner[other] && isOwner[msg.sender]); fee = to; } }`,
    args: [OWNER, GUARDIAN],
    holders: {},
    missed: { configure: [[OWNER, GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'signatures of all in a list',
    source: `contract Test { address[] owners; uint256 nonce; constructor(address a, address b) { owners.push(a); owners.push(b); }
      function execute(address to, bytes calldata data, uint8[] calldata v, bytes32[] calldata r, bytes32[] calldata s) external {
        bytes32 hash = keccak256(abi.encode(to, data, nonce++, address(this)));
        for (uint256 i; i < owners.length; i++) require(ecrecover(hash, v[i], r[i], s[i]) == owners[i]);
        (bool ok,) = to.call(data); require(ok); } }`,
    args: [OWNER, GUARDIAN],
    holders: { act: [[OWNER, GUARDIAN]] },
  },
  {
    name: 'signer never set: no signature passes for its own',
    source: `contract Test { address signer; uint256 fee; function setFee(uint256 to, uint8 v, bytes32 r, bytes32 s) external {
      require(ecrecover(keccak256(abi.encode(to)), v, r, s) == signer); fee = to; } }`,
    holders: {},
    missed: { configure: [['anyone']] },
    isOpen: true,
  },
  {
    name: 'ERC-1271: signature of a contract, or of a key',
    source: `import '@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol';
      contract Test { address owner; uint256 nonce; constructor(address a) { owner = a; }
      function execute(address to, bytes calldata data, bytes calldata signature) external {
        require(SignatureChecker.isValidSignatureNow(owner, keccak256(abi.encode(to, data, nonce++, address(this))), signature));
        (bool ok,) = to.call(data); require(ok); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
    isOpen: true,
  },
  {
    name: 'another contract vouches for the call',
    source: `interface IVerifier { function verify(bytes calldata proof, bytes32 hash) external view returns (bool); }
      contract Verifier { function verify(bytes calldata proof, bytes32 hash) external pure returns (bool) { return keccak256(proof) == hash; } }
      contract Test { IVerifier verifier = IVerifier(address(new Verifier()));
      function execute(address to, bytes calldata data, bytes calldata proof) external {
        require(verifier.verify(proof, keccak256(abi.encode(to, data)))); (bool ok,) = to.call(data); require(ok); } }`,
    holders: {},
    missed: { act: [['who knows']] },
    isOpen: true,
  },
  {
    name: 'locked until a time in the code',
    source: `contract Test { address owner; uint256 immutable unlock; constructor(address a) { owner = a; unlock = block.timestamp + 1000 days; }
      function withdraw() external { require(block.timestamp >= unlock); require(msg.sender == owner); payable(owner).transfer(address(this).balance); } }`,
    args: [OWNER],
    holders: {},
    missed: { act: [[OWNER]] },
    isOpen: true,
  },
  {
    name: 'locked until a time that nobody can set',
    source: `contract Test { uint256 public unlockTime; address payable public owner; constructor(address payable a) { owner = a; unlockTime = block.timestamp + 1000 days; }
      function withdraw() external { require(block.timestamp >= unlockTime); require(msg.sender == owner); owner.transfer(address(this).balance); } }`,
    args: [OWNER],
    holders: {},
    missed: { act: [[OWNER]] },
    isOpen: true,
  },
  {
    name: 'hash of a secret in the code',
    source: `contract Test { address owner; uint256 fee; constructor(address a) { owner = a; }
      function claim(string calldata secret) external { require(keccak256(bytes(secret)) == bytes32(uint256(0x1234) << 240)); owner = msg.sender; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    missed: { configure: [['who knows']] },
    isOpen: true,
  },
  {
    name: 'SHA-256 of a secret',
    source: `contract Test { address owner; uint256 fee; bytes32 lock = sha256('secret'); constructor(address a) { owner = a; }
      function claim(bytes32 secret) external { require(sha256(abi.encode(secret)) == lock); owner = msg.sender; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    missed: { configure: [['who knows']] },
    isOpen: true,
  },
  {
    name: 'the owner names a setting by a string',
    source: `contract Test { address owner; uint256 fee; uint256 cap; constructor(address a) { owner = a; }
      function file(string calldata what, uint256 to) external { require(msg.sender == owner);
        if (keccak256(bytes(what)) == keccak256('fee')) fee = to; else if (keccak256(bytes(what)) == keccak256('cap')) cap = to; else revert(); } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'the owner, for what was listed before',
    source: `contract Test { address owner; mapping(address => bool) listed; mapping(address => uint256) fees; constructor(address a, address b) { owner = a; listed[b] = true; }
      function setFee(address token, uint256 to) external { require(msg.sender == owner); require(listed[token]); fees[token] = to; } }`,
    args: [OWNER, NEXT],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'list of owners, to which another adds',
    source: `contract Test { address[] owners; address admin; mapping(address => uint256) public balanceOf; constructor(address a, address b) { owners.push(a); admin = b; }
      function add(address a) external { require(msg.sender == admin); owners.push(a); }
      function mint(address to, uint256 amount) external { bool found;
        for (uint256 i; i < owners.length; i++) if (owners[i] == msg.sender) found = true; require(found); balanceOf[to] += amount; } }`,
    args: [OWNER, GUARDIAN],
    holders: { mint: [[OWNER], [GUARDIAN]], configure: [[GUARDIAN]] },
  },
  {
    name: 'owner of another contract, which another replaces',
    source: `contract Registry { address public owner; constructor(address a) { owner = a; } }
      contract Test { Registry registry; address admin; mapping(address => uint256) public balanceOf; constructor(address a, address b) { registry = new Registry(a); admin = b; }
      function setRegistry(Registry to) external { require(msg.sender == admin); registry = to; }
      function mint(address to, uint256 amount) external { require(msg.sender == registry.owner()); balanceOf[to] += amount; } }`,
    args: [OWNER, GUARDIAN],
    holders: { mint: [[OWNER], [GUARDIAN]] },
  },
  {
    name: 'another contract is asked, and another replaces it',
    source: `contract Registry { address who; constructor(address a) { who = a; } function allowed(address a) external view returns (bool) { return a == who; } }
      contract Test { Registry registry; address admin; mapping(address => uint256) public balanceOf; event Asked(address a);
      constructor(address a, address b) { registry = new Registry(a); admin = b; emit Asked(a); }
      function setRegistry(Registry to) external { require(msg.sender == admin); registry = to; }
      function mint(address to, uint256 amount) external { require(registry.allowed(msg.sender)); balanceOf[to] += amount; } }`,
    args: [OWNER, GUARDIAN],
    holders: { mint: [[OWNER], [GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'another contract is asked, and refuses',
    source: `contract Registry { address who; constructor(address a) { who = a; } function check(address a) external view { require(a == who); } }
      contract Test { Registry registry; uint256 fee; event Asked(address a); constructor(address a) { registry = new Registry(a); emit Asked(a); }
      function setFee(uint256 to) external { registry.check(msg.sender); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'another contract is paused now',
    source: `contract Pause { bool public paused = true; }
      contract Test { address owner; Pause pause = new Pause(); mapping(address => uint256) public balanceOf; constructor(address a) { owner = a; }
      function mint(address to, uint256 amount) external { require(msg.sender == owner); require(!pause.paused()); balanceOf[to] += amount; } }`,
    args: [OWNER],
    holders: { mint: [[OWNER]] },
  },
  {
    name: 'closed in this epoch',
    source: `contract Test { address owner; uint256 epoch; mapping(uint256 => bool) open; mapping(address => uint256) public balanceOf; constructor(address a) { owner = a; }
      function setOpen(bool to) external { require(msg.sender == owner); open[epoch] = to; }
      function mint(address to, uint256 amount) external { require(msg.sender == owner); require(open[epoch]); balanceOf[to] += amount; } }`,
    args: [OWNER],
    holders: { mint: [[OWNER]], configure: [[OWNER]] },
  },
  {
    name: 'more arguments than are followed',
    source: `contract Test { address owner; uint256 fee; constructor(address a) { owner = a; }
      function setFees(uint256[40] calldata to) external { require(msg.sender == owner); fee = to[39]; } }`,
    args: [OWNER],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'arguments of one exact length',
    source: guarded(
      'address owner; constructor(address a) { owner = a; }',
      'require(msg.sender == owner); require(msg.data.length == 36);',
    ),
    args: [OWNER],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'the caller says where in the list they are',
    source: `contract Test { address[] owners; uint256 fee; constructor(address a) { owners.push(a); }
      function setFee(uint256 index, uint256 to) external { require(owners[index] == msg.sender); fee = to; } }`,
    args: [OWNER],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'each minter has a limit',
    source: `contract Test { address owner; mapping(address => uint256) public limit; mapping(address => uint256) public balanceOf; event Limit(address a);
      constructor(address a, address b) { owner = a; limit[b] = 1 ether; emit Limit(b); }
      function setLimit(address a, uint256 to) external { require(msg.sender == owner); limit[a] = to; emit Limit(a); }
      function mint(address to, uint256 amount) external { require(limit[msg.sender] >= amount); limit[msg.sender] -= amount; balanceOf[to] += amount; } }`,
    args: [OWNER, GUARDIAN],
    holders: owner,
    missed: { mint: [[OWNER], [GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'the code of another contract checks',
    source: `contract Code { address owner; uint256 fee; function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }
      contract Test { address owner; uint256 fee; address code = address(new Code()); constructor(address a) { owner = a; }
      function setFee(uint256) external { (bool ok,) = code.delegatecall(msg.data); require(ok); } }`,
    args: [OWNER],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'a proxy for its owner alone',
    source: `contract Code { function run(address to, bytes calldata data) external { (bool ok,) = to.call(data); require(ok); } }
      contract Test { address owner; address code = address(new Code()); constructor(address a) { owner = a; }
      fallback() external payable { require(msg.sender == owner); (bool ok,) = code.delegatecall(msg.data); require(ok); } }`,
    args: [OWNER],
    holders: owner,
    missed: { act: [[OWNER]] },
    isOpen: true,
  },
  {
    name: 'mapping keyed by a hash of text and caller',
    source: `contract Test { mapping(bytes32 => bool) allowed; uint256 fee; event Allowed(address a);
      constructor(address a) { allowed[keccak256(abi.encodePacked(a, 'x'))] = true; emit Allowed(a); }
      function setFee(string calldata key, uint256 to) external { require(allowed[keccak256(abi.encodePacked(msg.sender, key))]); fee = to; } }`,
    args: [OWNER],
    holders: {},
    missed: owner,
    isOpen: true,
  },
  {
    name: 'anyone writes any slot',
    source: `contract Test { address owner; uint256 fee; constructor(address a) { owner = a; }
      function set(uint256 at, uint256 to) external { assembly { sstore(at, to) } }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    args: [OWNER],
    holders: { configure: [['anyone']] },
  },
  {
    name: 'a keeper pays a stored treasury',
    source: `contract Test { address treasury; address keeper; constructor(address a, address b) { treasury = a; keeper = b; } receive() external payable {}
      function sweep() external { require(msg.sender == keeper); payable(treasury).transfer(address(this).balance); } }`,
    args: [OWNER, GUARDIAN],
    holders: { act: [[OWNER, GUARDIAN]] },
  },
  {
    name: 'Vyper: an owner, and a HashMap of keepers',
    // set_fee(uint256) asks for the owner in slot 0, poke(uint256) for HashMap 1, each as Vyper 0.3 does.
    source: {
      code: '0x600035601c52631aa02d5960005114610026576332145f906000511461003c575b60006000fd5b3461002057336000541861002057600435600255005b3461002057600160005233602052604060002054156100205760043560025500',
      storage: {
        [slot(0n)]: slot(BigInt(OWNER)),
        // Vyper hashes the slot first, then the key.
        [mappingSlot(slot(1n), slot(BigInt(GUARDIAN)))]: slot(1n),
      },
    },
    holders: owner,
    missed: { configure: [[GUARDIAN]] },
    isOpen: true,
  },
  {
    name: 'a token of OpenZeppelin 4, with allowances that have no limit',
    source: `import 'openzeppelin-4.9.6/token/ERC20/ERC20.sol';
      contract Test is ERC20 { constructor() ERC20('Test', 'T') { _mint(msg.sender, 1 ether); } }`,
    holders: {},
  },
  {
    name: 'a vault from which everyone takes what is theirs',
    source: `import '@openzeppelin/contracts/token/ERC20/IERC20.sol';
      contract Test { IERC20 asset = IERC20(address(7)); mapping(address => uint256) public shares;
      function deposit(uint256 amount) external { shares[msg.sender] += amount;
        require(asset.transferFrom(msg.sender, address(this), amount)); }
      function withdraw(uint256 amount) external { shares[msg.sender] -= amount;
        require(asset.transfer(msg.sender, amount)); } }`,
    holders: {},
  },
  {
    name: 'owner takes a token that is stored',
    source: `import '@openzeppelin/contracts/token/ERC20/IERC20.sol';
      contract Test { IERC20 asset = IERC20(address(7)); address owner; constructor(address a) { owner = a; }
      function collect(address to, uint256 amount) external { require(msg.sender == owner);
        require(asset.transfer(to, amount)); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'initialize of OpenZeppelin 5, called',
    source: `import '@openzeppelin/contracts/proxy/utils/Initializable.sol';
      contract Test is Initializable { address owner; uint256 public fee;
      function initialize(address a) external initializer { owner = a; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    calls: [{ data: `0xc4d66de8${pad(OWNER)}` }],
    holders: owner,
  },
  {
    name: 'initialize of OpenZeppelin 5, never called',
    source: `import '@openzeppelin/contracts/proxy/utils/Initializable.sol';
      contract Test is Initializable { address owner; uint256 public fee;
      function initialize(address a) external initializer { owner = a; }
      function setFee(uint256 to) external { require(msg.sender == owner); fee = to; } }`,
    holders: { configure: [['anyone']] },
  },
  {
    name: 'owner mints a token that takes orders from it',
    source: `interface IToken { function mint(address to, uint256 amount) external; }
      contract Test { IToken token = IToken(address(7)); address owner; constructor(address a) { owner = a; }
      function issue(address to, uint256 amount) external { require(msg.sender == owner); token.mint(to, amount); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'owner upgrades a proxy that takes orders from it',
    source: `interface IProxy { function upgradeTo(address to) external; }
      contract Test { IProxy proxy = IProxy(address(7)); address owner; constructor(address a) { owner = a; }
      function setCode(address to) external { require(msg.sender == owner); proxy.upgradeTo(to); } }`,
    args: [OWNER],
    holders: { act: [[OWNER]] },
  },
  {
    name: 'a list is asked about the caller, which another contract names',
    source: `contract Lists { mapping(address => bool) public allowed; constructor(address a) { allowed[a] = true; } }
      contract Hub { Lists public lists; constructor(address a) { lists = new Lists(a); } }
      contract Test { Hub hub; uint256 public fee; event Asked(address a);
      constructor(address a) { hub = new Hub(a); emit Asked(a); }
      function setFee(uint256 to) external { require(hub.lists().allowed(msg.sender)); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'what everyone keeps for themselves',
    source: `contract Test { mapping(address => address) public delegates; mapping(address => uint256) public votes;
      mapping(address => uint256) public balanceOf;
      function deposit() external payable { balanceOf[msg.sender] += msg.value; }
      function delegate(address to) external { address from = delegates[msg.sender]; delegates[msg.sender] = to;
        if (from != address(0)) votes[from] -= balanceOf[msg.sender];
        if (to != address(0)) votes[to] += balanceOf[msg.sender]; } }`,
    holders: {},
  },
  {
    name: 'members whom anyone may join have it call anything',
    source: `contract Test { mapping(address => bool) public isMember; constructor() { isMember[address(77)] = true; }
      function join() external { isMember[msg.sender] = true; }
      function run(address to, bytes calldata data) external { require(isMember[msg.sender]);
        (bool ok,) = to.call(data); require(ok); } }`,
    holders: { act: [['anyone']] },
  },
  {
    name: 'the caller is asked about in bytes of memory',
    source: `interface IAuthority { function allows(address who, bytes4 what) external view returns (bool); }
      contract Lists { address immutable who; constructor(address a) { who = a; }
        function allows(address a, bytes4) external view returns (bool) { return a == who; } }
      contract Test { address lists; uint256 public fee; event Asked(address a);
      constructor(address a) { lists = address(new Lists(a)); emit Asked(a); }
      function setFee(uint256 to) external {
        bytes memory data = abi.encodeCall(IAuthority.allows, (msg.sender, msg.sig));
        (bool ok, bytes memory answer) = lists.staticcall(data);
        require(ok && abi.decode(answer, (bool))); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'another contract refuses all but one, and answers nothing',
    source: `contract Lists { address immutable who; constructor(address a) { who = a; }
        function check(address a) external view { require(a == who); } }
      contract Test { Lists lists; uint256 public fee; event Asked(address a);
      constructor(address a) { lists = new Lists(a); emit Asked(a); }
      function setFee(uint256 to) external { lists.check(msg.sender); fee = to; } }`,
    args: [OWNER],
    holders: owner,
    isOpen: true,
  },
  {
    name: 'a token whose owner makes units by moving them',
    source: `contract Test { address owner; mapping(address => uint256) public balanceOf;
      constructor(address a) { owner = a; }
      function transfer(address to, uint256 amount) external returns (bool) {
        if (msg.sender != owner) balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount; return true; } }`,
    args: [OWNER],
    holders: owner,
  },
  {
    name: 'an admin beside what everyone keeps for themselves',
    source: `contract Test { struct User { uint128 balance; bool isAdmin; uint256 since; bool isKeeper; }
      mapping(address => User) users; uint256 public fee; uint256 public rate; event Admin(address a);
      constructor(address a, address b) { users[a].isAdmin = true; emit Admin(a); users[b].isKeeper = true; emit Admin(b); }
      function deposit() external payable { users[msg.sender].balance += uint128(msg.value); users[msg.sender].since = block.timestamp; }
      function withdraw(address payable to, uint256 amount) external { require(users[msg.sender].isAdmin); to.transfer(amount); }
      function setFee(uint256 to) external { require(users[msg.sender].isKeeper); fee = to; } }`,
    args: [OWNER, GUARDIAN],
    holders: { act: [[OWNER]], configure: [[GUARDIAN]] },
    isOpen: true,
  },
];
