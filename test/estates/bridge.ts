/**
 * A bridge. One verifier suffices to empty its lockbox, as with KelpDAO; two of five keys open its bank, as
 * with Harmony; its wrapped token chose nothing and is at the mercy of LayerZero. Around them stand gateways
 * of its own making, which no reader knows: bits, hashes, a signature, either of two.
 */
import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  parseAbiParameters,
} from 'viem';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { compileAll } from '../support/compile.ts';
import { type Builder, DEPLOYER, type Estate, roleHash } from '../support/estate.ts';
import { send } from '../support/local-chain.ts';
import { walletWithDailyLimit } from '../support/multisig-wallets.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';
import { paths } from '../support/packages.ts';

const KEYS = [
  ...['ada', 'bo', 'cy', 'di', 'ed', 'flo', 'gus', 'hal'],
  ...['ike', 'jo', 'kay', 'lea', 'lou', 'max', 'nat', 'ned', 'sid'],
] as const;

const SOURCE = `
import '@layerzerolabs/oft-evm/contracts/OFT.sol';
import '@layerzerolabs/oft-evm/contracts/OFTAdapter.sol';
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/token/ERC20/ERC20.sol';

contract WrappedCoin is OFT {
  constructor(address endpoint, address owner) OFT('Wrapped', 'WRP', endpoint, owner) Ownable(owner) {}
}
contract CoinLockbox is OFTAdapter {
  constructor(address coin, address endpoint, address owner) OFTAdapter(coin, endpoint, owner) Ownable(owner) {}
}

/** It pays out what was locked, and has minted what came over, as its wallet says. */
contract Bank {
  address immutable wallet;
  constructor(address wallet_) { wallet = wallet_; }
  function unlock(IERC20 token, address to, uint256 amount) external {
    require(msg.sender == wallet, 'wallet');
    require(token.transfer(to, amount));
  }
  function issue(BridgedCoin token, address to, uint256 amount) external {
    require(msg.sender == wallet, 'wallet');
    token.mint(to, amount);
  }
}
contract BridgedCoin is ERC20 {
  address public bridge;
  constructor(address bridge_) ERC20('Bridged', 'BRG') { bridge = bridge_; }
  function mint(address to, uint256 amount) external { require(msg.sender == bridge, 'bridge'); _mint(to, amount); }
}

/** One bit of a word sets the fee, another pays out. */
contract Bits {
  mapping(address => uint256) roles;
  uint256 public fee;
  event Granted(address indexed to, uint256 roles);
  constructor(address fees, address pays) { grant(fees, 1 << 4); grant(pays, 1 << 5); }
  function grant(address to, uint256 bits) internal { roles[to] = bits; emit Granted(to, bits); }
  receive() external payable {}
  function setFee(uint256 to) external { require(roles[msg.sender] & (1 << 4) != 0); fee = to; }
  function pay(address payable to, uint256 amount) external {
    require(roles[msg.sender] & (1 << 5) != 0);
    to.transfer(amount);
  }
}

/** Roles by the hash of their name, and no way to give one. */
contract Hashes {
  mapping(bytes32 => mapping(address => bool)) roles;
  uint256 public fee;
  event Granted(bytes32 indexed role, address indexed to);
  constructor(address fees, address pays) { grant(keccak256('FEES'), fees); grant(keccak256('PAYS'), pays); }
  function grant(bytes32 role, address to) internal { roles[role][to] = true; emit Granted(role, to); }
  receive() external payable {}
  function setFee(uint256 to) external { require(roles[keccak256('FEES')][msg.sender]); fee = to; }
  function pay(address payable to, uint256 amount) external {
    require(roles[keccak256('PAYS')][msg.sender]);
    to.transfer(amount);
  }
}

/** Whoever hands in what the signer signed is paid. */
contract Signed is Ownable {
  address public signer;
  mapping(bytes32 => bool) public used;
  constructor(address owner, address signer_) Ownable(owner) { signer = signer_; }
  receive() external payable {}
  function setSigner(address to) external onlyOwner { signer = to; }
  function pay(address payable to, uint256 amount, uint256 nonce, uint8 v, bytes32 r, bytes32 s) external {
    bytes32 hash = keccak256(abi.encode(address(this), block.chainid, to, amount, nonce));
    require(!used[hash], 'used');
    require(ecrecover(hash, v, r, s) == signer, 'signer');
    used[hash] = true;
    to.transfer(amount);
  }
}

/** Either of two stops it. */
contract Switch {
  address public owner;
  address public guardian;
  bool public paused;
  constructor(address owner_, address guardian_) { owner = owner_; guardian = guardian_; }
  modifier either() { require(msg.sender == owner || msg.sender == guardian, 'neither'); _; }
  function pause() external either { paused = true; }
  function unpause() external either { paused = false; }
  function setGuardian(address to) external { require(msg.sender == owner, 'owner'); guardian = to; }
}`;

/** Where `roles[hash of a name]` lies, which the compiler has worked out. */
const rolesOf = (name: string): Hex => mappingSlot(roleHash(name), slot(0n));

const LZ = '@layerzerolabs';
const PROTOCOL = `${LZ}/lz-evm-protocol-v2/artifacts/contracts`;
const MESSAGELIB = `${LZ}/lz-evm-messagelib-v2/artifacts/contracts/uln`;
const [ETHEREUM, UNICHAIN] = [30101, 30320];

const ULN_STRUCT =
  'struct UlnConfig { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }';
const abi = parseAbi([
  ULN_STRUCT,
  'struct Default { uint32 eid; UlnConfig config; }',
  'struct Param { uint32 eid; uint32 configType; bytes config; }',
  'function setConfig(address oapp, address lib, Param[] params)',
  'function setDefaultUlnConfigs(Default[] params)',
]);

/** Every one of these verifiers, and no others. */
const allOf = (...verifiers: readonly Address[]) => ({
  confirmations: 42n,
  requiredDVNCount: verifiers.length,
  optionalDVNCount: 255,
  optionalDVNThreshold: 0,
  requiredDVNs: [...verifiers].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  optionalDVNs: [],
});

const encodedFor = (...verifiers: readonly Address[]) =>
  encodeAbiParameters(parseAbiParameters(['UlnConfig config', ULN_STRUCT]), [allOf(...verifiers)]);

/** LayerZero's own part: who keeps its endpoint, and who its library. */
async function layerZero(on: Builder, owner: Address, librarian: Address, verifier: Address) {
  const endpoint = await on.deploy(
    'Endpoint',
    `${PROTOCOL}/EndpointV2.sol/EndpointV2.json`,
    [ETHEREUM, owner],
    owner,
  );
  const library = await on.deploy(
    'Library',
    `${MESSAGELIB}/uln302/ReceiveUln302.sol/ReceiveUln302.json`,
    [endpoint],
    librarian,
  );
  await send(on.chain, librarian, {
    to: library,
    data: encodeFunctionData({
      abi,
      functionName: 'setDefaultUlnConfigs',
      args: [[{ eid: UNICHAIN, config: { ...allOf(verifier), optionalDVNCount: 0 } }]],
    }),
  });
  await on.call(owner, endpoint, 'registerLibrary(address)', library);
  const setDefault = 'setDefaultReceiveLibrary(uint32,address,uint256)';
  await on.call(owner, endpoint, setDefault, UNICHAIN, library, 0);
  return { endpoint, library };
}

export const bridge: Estate = {
  title: 'a bridge',
  contracts: 17,
  keys: KEYS,
  build: async (on) => {
    const key = on.keys(KEYS);
    const { ada, bo, cy, di, ed, flo, gus, hal, ike, jo, kay, lea, lou, max, nat, ned, sid } = key;
    const compiled = compileAll(SOURCE);
    const ops = await on.safe('Ops', '1.4.1', { owners: [ada, bo, cy], threshold: 2 });
    const coin = await on.deploy(
      'Coin',
      paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply'),
      ['Coin', 'COIN', 1_000_000, ops],
    );

    const { endpoint, library } = await layerZero(on, lea, lou, nat);
    const peer = pad(DEPLOYER);
    const listen = async (app: Address): Promise<void> =>
      await on.call(ops, app, 'setPeer(uint32,bytes32)', UNICHAIN, peer);
    const choose = async (app: Address, ...verifiers: readonly Address[]): Promise<void> => {
      const setLibrary = 'setReceiveLibrary(address,uint32,address,uint256)';
      await on.call(ops, endpoint, setLibrary, app, UNICHAIN, library, 0);
      const config = { eid: UNICHAIN, configType: 2, config: encodedFor(...verifiers) };
      await send(on.chain, ops, {
        to: endpoint,
        data: encodeFunctionData({
          abi,
          functionName: 'setConfig',
          args: [app, library, [config]],
        }),
      });
    };
    // The first lockbox believes one verifier, who is Max alone; the second asks for code, too, that nobody can read.
    const arguments_ = [coin, endpoint, ops];
    const lockbox = await on.deploy('Lockbox', compiled('CoinLockbox'), arguments_);
    await listen(lockbox);
    const vouchers = [ETHEREUM, ETHEREUM, [library], DEPLOYER, [max], 1, [ned]];
    const dvn = await on.deploy('DVN', `${MESSAGELIB}/dvn/DVN.sol/DVN.json`, vouchers);
    await choose(lockbox, dvn);
    const second = await on.deploy('Second lockbox', compiled('CoinLockbox'), arguments_);
    await listen(second);
    await choose(second, max, await on.place('Verifier', OPAQUE_CODE));
    // It listens, and chose neither library nor verifiers.
    await listen(await on.deploy('Wrapped', compiled('WrappedCoin'), [endpoint, ops]));

    const horizon = await on.deploy('Horizon', walletWithDailyLimit(), [
      [di, ed, flo, gus, hal],
      2,
      0,
    ]);
    const bank = await on.deploy('Bank', compiled('Bank'), [horizon]);
    await on.deploy('Bridged', compiled('BridgedCoin'), [bank]);

    await on.deploy('Bits', compiled('Bits'), [ike, jo]);
    await on.deploy('Hashes', compiled('Hashes'), [ike, jo]);
    await on.deploy('Signed', compiled('Signed'), [ops, sid]);
    await on.deploy('Switch', compiled('Switch'), [ops, kay]);
  },

  rules: `
    act(Ops) <= 2 of [ada, bo, cy]

    # LayerZero. What an application has not chosen, the owners of endpoint and library choose.
    owner(Endpoint) <= lea
    configure(Endpoint) <= owner(Endpoint)
    owner(Library) <= lou
    configure(Library) <= owner(Library)

    # A message that Max signs releases all that it holds. Ned must carry out what Max signed, and cannot stop
    # it: Max makes others admin. The libraries that pay the verifier are its own to name.
    act(DVN) <= 1 of [key(max)]
    ADMIN_ROLE(DVN) <= ned | DVN
    configure(DVN) <= ADMIN_ROLE(DVN) | MESSAGE_LIB_ROLE(DVN)
    MESSAGE_LIB_ROLE(DVN) <= Library | DVN
    ALLOWLIST(DVN) <= DVN
    DENYLIST(DVN) <= DVN
    # Nobody is its default admin, nor can become it.
    pause(DVN) <= DEFAULT_ADMIN_ROLE(DVN)
    act(Lockbox) <= verifiers of 30320(Lockbox) | owner(Lockbox) | Endpoint
    verifiers of 30320(Lockbox) <= DVN | delegate(Lockbox) | Library
    owner(Lockbox) <= Ops
    delegate(Lockbox) <= Ops | owner(Lockbox)
    configure(Lockbox) <= owner(Lockbox) | delegate(Lockbox)

    act(Second lockbox) <= verifiers of 30320(Second lockbox) | owner(Second lockbox) | Endpoint
    verifiers of 30320(Second lockbox) <= all of [max, Verifier] | delegate(Second lockbox) | Library
    owner(Second lockbox) <= Ops
    delegate(Second lockbox) <= Ops | owner(Second lockbox)
    configure(Second lockbox) <= owner(Second lockbox) | delegate(Second lockbox)
    act(Verifier) <= opaque(Verifier)

    mint(Wrapped) <= verifiers of 30320(Wrapped) | owner(Wrapped) | Endpoint
    verifiers of 30320(Wrapped) <= nat | lou | lea | delegate(Wrapped) | Library
    owner(Wrapped) <= Ops
    delegate(Wrapped) <= Ops | owner(Wrapped)
    # It rehearses messages, by calls of its own that revert at the end.
    configure(Wrapped) <= owner(Wrapped) | delegate(Wrapped) | Wrapped

    act(Horizon) <= 2 of [di, ed, flo, gus, hal]
    act(Bank) <= Horizon
    bridge(Bridged) <= Bank
    mint(Bridged) <= bridge(Bridged)

    configure(Bits) <= member of mapping 0x0 by 0x10(Bits)
    act(Bits) <= member of mapping 0x0 by 0x20(Bits)
    member of mapping 0x0 by 0x10(Bits) <= ike
    member of mapping 0x0 by 0x20(Bits) <= jo
    configure(Hashes) <= member of mapping ${rolesOf('FEES')}(Hashes)
    act(Hashes) <= member of mapping ${rolesOf('PAYS')}(Hashes)
    member of mapping ${rolesOf('FEES')}(Hashes) <= ike
    member of mapping ${rolesOf('PAYS')}(Hashes) <= jo
    # Members are told by events: others could have been made without one.
    act(Bits) <= opaque(Bits)
    act(Hashes) <= opaque(Hashes)

    owner(Signed) <= Ops
    configure(Signed) <= owner(Signed)
    signer(Signed) <= sid | owner(Signed)
    act(Signed) <= signer(Signed)

    pause(Switch) <= owner(Switch) | guardian(Switch)
    owner(Switch) <= Ops
    guardian(Switch) <= kay | owner(Switch)
  `,
  unread: `
    Verifier: the fallback could not be followed to its ends
    # The other is pay(address,uint256).
    Bits: setFee(uint256) may let in others than the 1 found: mapping 0x0 cannot be listed; 0xc4076876 may let in others than the 1 found: mapping 0x0 cannot be listed
    Hashes: setFee(uint256) may let in others than the 1 found: mapping ${rolesOf('FEES')} cannot be listed; 0xc4076876 may let in others than the 1 found: mapping ${rolesOf('PAYS')} cannot be listed
  `,

  positions: {
    Lockbox: {
      fewest: 1,
      soonest: '0 s',
      by: `
        max
        2 of [ada, bo, cy]
      `,
    },
    'Second lockbox': {
      fewest: 2,
      soonest: '0 s',
      by: `
        max + opaque(Verifier)
        2 of [ada, bo, cy]
      `,
    },
    Wrapped: { fewest: null, soonest: null, by: '' },
    Bank: { fewest: 2, soonest: '0 s', by: '2 of [di, ed, flo, gus, hal]' },
    Bridged: { fewest: null, soonest: null, by: '' },
    Bits: {
      fewest: 1,
      soonest: '0 s',
      by: `
        jo
        opaque(Bits)
      `,
    },
    Hashes: {
      fewest: 1,
      soonest: '0 s',
      by: `
        jo
        opaque(Hashes)
      `,
    },
    Signed: {
      fewest: 1,
      soonest: '0 s',
      by: `
        sid
        2 of [ada, bo, cy]
      `,
    },
    Switch: { fewest: null, soonest: null, by: '' },
  },
  others: {
    'mint(Wrapped)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        1 of [lea, lou, nat]
        2 of [ada, bo, cy]
      `,
    },
    'mint(Bridged)': { fewest: 2, soonest: '0 s', by: '2 of [di, ed, flo, gus, hal]' },
    'pause(Switch)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        kay
        2 of [ada, bo, cy]
      `,
    },
  },
};
