import { type Address, encodeFunctionData, type Hex, parseAbi, toFunctionSelector } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { type Action, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type Compiled, compile } from '../../../support/compile.ts';
import { holders } from '../../../support/holders.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, stateOf, ways } from '../../../support/read.ts';

const OWNER = account(0x51);
const NEXT = account(0x52);
const SUCCESSOR_OWNER = account(0x53);

/**
 * Stands in for the contract at 0xdAC17F958D2ee523a2206206994597C13D831ec7, which no package publishes:
 * its functions that refuse a stranger, its getters and its redirection, written anew.
 */
const TETHER = `
interface Successor { function balanceOf(address who) external view returns (uint256); }
contract TetherToken {
  address public owner = msg.sender;
  uint256 public totalSupply;
  mapping(address => uint256) balances;
  mapping(address => bool) public isBlackListed;
  bool public paused;
  uint256 public basisPointsRate;
  uint256 public maximumFee;
  address public upgradedAddress;
  bool public deprecated;
  event Deprecate(address newAddress);
  modifier onlyOwner() { require(msg.sender == owner); _; }
  function transferOwnership(address next) external onlyOwner { if (next != address(0)) owner = next; }
  function pause() external onlyOwner { paused = true; }
  function unpause() external onlyOwner { paused = false; }
  function addBlackList(address who) external onlyOwner { isBlackListed[who] = true; }
  function removeBlackList(address who) external onlyOwner { isBlackListed[who] = false; }
  function destroyBlackFunds(address who) external onlyOwner {
    require(isBlackListed[who]);
    totalSupply -= balances[who];
    balances[who] = 0;
  }
  function issue(uint256 amount) external onlyOwner { balances[owner] += amount; totalSupply += amount; }
  function redeem(uint256 amount) external onlyOwner { balances[owner] -= amount; totalSupply -= amount; }
  function setParams(uint256 rate, uint256 fee) external onlyOwner { basisPointsRate = rate; maximumFee = fee; }
  function deprecate(address next) external onlyOwner {
    deprecated = true;
    upgradedAddress = next;
    emit Deprecate(next);
  }
  function balanceOf(address who) external view returns (uint256) {
    return deprecated ? Successor(upgradedAddress).balanceOf(who) : balances[who];
  }
}`;

const abi = parseAbi([
  'function transferOwnership(address next)',
  'function deprecate(address next)',
]);

let chain: LocalChain;
let compiled: Compiled;

beforeAll(async () => {
  compiled = compile('TetherToken', TETHER);
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const ownedBy = (owner: Address): Promise<Address> => deployCompiled(chain, owner, compiled, []);

const may = (found: Discovery, token: Address, action: Action): readonly string[] =>
  holders(found, power(`eip155:1:${token}`, action), 'tether', 'opaque');

test('the owner holds every power but to act as it', async () => {
  const token = await ownedBy(OWNER);
  const found = await discoverOn(chain, token);
  expect(kindsAt(found, token)).toContain('TetherToken');
  for (const action of ['mint', 'pause', 'freeze', 'upgrade', 'configure'] as const) {
    expect(may(found, token, action)).toEqual([key(OWNER)]);
  }
  expect(may(found, token, 'act')).toEqual([]);
});

test('a new owner is read', async () => {
  const token = await ownedBy(OWNER);
  const data = encodeFunctionData({ abi, functionName: 'transferOwnership', args: [NEXT] });
  await send(chain, OWNER, { to: token, data });
  expect(may(await discoverOn(chain, token), token, 'mint')).toEqual([key(NEXT)]);
});

test('once deprecated, whoever holds power over its successor holds it, too', async () => {
  const token = await ownedBy(OWNER);
  const successor = await ownedBy(SUCCESSOR_OWNER);
  const data = encodeFunctionData({ abi, functionName: 'deprecate', args: [successor] });
  await send(chain, OWNER, { to: token, data });
  const found = await discoverOn(chain, token);
  const both = ways([key(OWNER)], [key(SUCCESSOR_OWNER)]);
  expect(may(found, token, 'mint')).toEqual(both);
  expect(may(found, token, 'freeze')).toEqual(both);
});

test('it is read on a state that is only simulated', async () => {
  const token = await ownedBy(OWNER);
  const after = overlay(await stateOf(chain), {
    [token]: { storage: { [slot(0n)]: slot(BigInt(NEXT)) } },
  });
  expect(may(await discover(after, [token], readers), token, 'upgrade')).toEqual([key(NEXT)]);
});

test('one whose answers make no sense is opaque', async () => {
  const at = account(0x54);
  const token = await ownedBy(OWNER);
  const code = await (await stateOf(chain)).code(token);
  // Its code behind an instruction that stops: every answer is empty.
  await chain.set({ [at]: { code: `0x00${code.slice(2)}` } });
  const found = await discoverOn(chain, at);
  expect(found.unread.map(({ reason }) => reason)).toContainEqual(
    expect.stringMatching(/gives no answer/),
  );
});

test('refuses a token with a blacklist, which cannot be deprecated', async () => {
  const at = account(0x55);
  const functions = ['owner()', 'issue(uint256)', 'addBlackList(address)', 'pause()'];
  const code: Hex = `0x60006000fd${functions.map((each) => `63${toFunctionSelector(each).slice(2)}`).join('')}`;
  await chain.set({ [at]: { code } });
  expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
});
