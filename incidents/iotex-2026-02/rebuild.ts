/** IoTeX's bridge on Ethereum as it stood at block 24501846, put onto a local EVM. What is real: README.md. */
import { type Address, pad } from 'viem';
import { slot } from '../../src/chains/evm/values.ts';
import { account } from '../../test/support/accounts.ts';
import { compileAll } from '../../test/support/compile.ts';
import { DEPLOYER, encode } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, send, startLocalChain } from '../../test/support/local-chain.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { tokenOf } from '../../test/support/tokens.ts';

/** The one key that owned the validator. */
export const OWNER: Address = '0x6dd31a526eE3DdBC7BE888b729A445695c03148e';
/** To whom it was given. */
export const THIEF: Address = '0xE6A191a894dD3c85e3c89926e9f476F818eE55d9';
export const VALIDATOR: Address = '0xE7eBA1CEA51EC9B3AcCC16728e3B8786560c59d5';
export const TOKEN_SAFE: Address = '0xC2e0f31d739cB3153bA5760a203B3bd7c27f0d7a';
export const MINTER_POOL: Address = '0x964F4f19Bc823E72cc1F806021937cfC06F63B45';
const WITNESS_LIST: Address = '0x8598dF1Ec0ac7dfBa802f4bDD93A6B93bd0AD83f';
const TOKEN_LISTS: readonly Address[] = [
  '0x7c0bEF36E1b1Cbeb1f1a5541300786a7B608aedE',
  '0x73FFdfc98983aD59fb441FC5FE855c1589e35b3e',
];
const USDC: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';

/** Nobody's: the validator that came next in truth is not known, nor is one that asks as much as the first. */
export const NEXT_VALIDATOR: Address = account(0x1);
const HONEST_VALIDATOR: Address = account(0x2);
const WITNESSES: readonly Address[] = [0x21, 0x22, 0x23].map(account);

/** The contracts of the bridge, as far as the decision rests on them. */
const contracts = compileAll(`
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/utils/cryptography/ECDSA.sol';

interface IList {
  function isAllowed(address who) external view returns (bool);
  function numOfActive() external view returns (uint256);
}
interface IMinter {
  function mint(address token, address to, uint256 amount) external returns (bool);
  function transferOwnership(address to) external;
  function owner() external view returns (address);
}
interface IToken {
  function transfer(address to, uint256 amount) external returns (bool);
  function mint(address to, uint256 amount) external returns (bool);
}

contract List is Ownable {
  mapping(address => bool) public isAllowed;
  uint256 public numOfActive;
  event ItemAdded(address item);
  constructor() Ownable(msg.sender) {}
  function add(address item) external onlyOwner {
    isAllowed[item] = true;
    numOfActive++;
    emit ItemAdded(item);
  }
}

contract TokenSafe is Ownable {
  constructor() Ownable(msg.sender) {}
  function mint(IToken token, address to, uint256 amount) external onlyOwner returns (bool) {
    return token.transfer(to, amount);
  }
}

contract MinterPool is Ownable {
  constructor() Ownable(msg.sender) {}
  function mint(IToken token, address to, uint256 amount) external onlyOwner returns (bool) {
    return token.mint(to, amount);
  }
}

contract Validator is Ownable {
  mapping(bytes32 => uint256) public settles;
  IMinter[] public minters;
  IList[] public tokenLists;
  IList public witnessList;
  constructor() Ownable(msg.sender) {}
  function setWitnessList(IList list) external onlyOwner { witnessList = list; }
  function addPair(IList list, IMinter minter) external onlyOwner {
    tokenLists.push(list);
    minters.push(minter);
  }
  function submit(address token, uint256 index, address to, uint256 amount, bytes[] calldata signatures) external {
    bytes32 key = keccak256(abi.encodePacked(address(this), token, index, to, amount));
    require(settles[key] == 0);
    address last;
    for (uint256 i = 0; i < signatures.length; i++) {
      address witness = ECDSA.recover(key, signatures[i]);
      require(witness > last && witnessList.isAllowed(witness));
      last = witness;
    }
    require(signatures.length * 3 > witnessList.numOfActive() * 2);
    settles[key] = block.number;
    for (uint256 i = 0; i < tokenLists.length; i++) {
      if (tokenLists[i].isAllowed(token)) { require(minters[i].mint(token, to, amount)); return; }
    }
  }
  function upgrade(address next) external onlyOwner {
    for (uint256 i = 0; i < minters.length; i++) {
      if (minters[i].owner() == address(this)) minters[i].transferOwnership(next);
    }
  }
}

/** Stand-in for the validator that came next: it checks nothing but who asks. */
contract Unchecked {
  address immutable owner = msg.sender;
  function submit(IMinter minter, address token, address to, uint256 amount) external {
    require(msg.sender == owner);
    minter.mint(token, to, amount);
  }
}`);

/** A local chain that stands one block before the validator was given away. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({ chainId: 1, timestamp: 1_771_636_043 });
  const codeOf = async (
    name: 'List' | 'TokenSafe' | 'MinterPool' | 'Validator' | 'Unchecked',
    by = DEPLOYER,
  ) => ({ code: await codeAt(chain, await deployCompiled(chain, by, contracts(name), [])) });
  const ownedBy = (owner: Address) => ({ storage: { [slot(0n)]: pad(owner) } });
  const list = { ...(await codeOf('List')), ...ownedBy(OWNER) };
  const validator = { ...(await codeOf('Validator')), ...ownedBy(OWNER) };
  await chain.set({
    [TOKEN_SAFE]: { ...(await codeOf('TokenSafe')), ...ownedBy(VALIDATOR) },
    [MINTER_POOL]: { ...(await codeOf('MinterPool')), ...ownedBy(VALIDATOR) },
    [VALIDATOR]: validator,
    [HONEST_VALIDATOR]: validator,
    [NEXT_VALIDATOR]: await codeOf('Unchecked', THIEF),
    [WITNESS_LIST]: list,
    ...Object.fromEntries(TOKEN_LISTS.map((each) => [each, list])),
    [USDC]: await tokenOf({ [TOKEN_SAFE]: 1_000_000_000_000n }),
  });
  const call = async (to: Address, signature: string, ...args: readonly unknown[]) =>
    await send(chain, OWNER, { to, data: encode(signature, ...args) });
  for (const witness of WITNESSES) await call(WITNESS_LIST, 'add(address)', witness);
  for (const each of [VALIDATOR, HONEST_VALIDATOR]) {
    await call(each, 'setWitnessList(address)', WITNESS_LIST);
    for (const [index, minter] of [TOKEN_SAFE, MINTER_POOL].entries()) {
      await call(each, 'addPair(address,address)', TOKEN_LISTS[index], minter);
    }
  }
  return chain;
}
