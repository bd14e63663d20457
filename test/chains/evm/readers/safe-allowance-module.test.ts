import {
  type Address,
  encodeFunctionData,
  type Hex,
  parseAbi,
  toFunctionSelector,
  toHex,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { nodeId } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, kindsAt, stateOf } from '../../../support/read.ts';
import { allowanceModule } from '../../../support/safe-modules.ts';
import { safeAccounts } from '../../../support/safes.ts';

const DEPLOYER = account(0xde1);
const [DELEGATE, OTHER, TOKEN] = [0xa1, 0xa2, 0xa3].map(account) as [Address, Address, Address];

const abi = parseAbi([
  'function addDelegate(address delegate)',
  'function removeDelegate(address delegate, bool removeAllowances)',
  'function setAllowance(address delegate, address token, uint96 amount, uint16 resetTimeMin, uint32 resetBaseMin)',
  'function deleteAllowance(address delegate, address token)',
  'function executeAllowanceTransfer(address safe, address token, address to, uint96 amount, address paymentToken, uint96 payment, address delegate, bytes signature)',
]);

let chain: LocalChain;
let module: Address;

beforeAll(async () => {
  chain = await startLocalChain();
  module = await deployCompiled(chain, DEPLOYER, allowanceModule(), []);
});

afterAll(() => chain.stop());

let next = 0xa000;

/** A Safe that has the module enabled, and where it stands. */
async function safeWith(modules: readonly Address[] = [module]): Promise<Address> {
  next += 1;
  const at = account(next);
  await chain.set(await safeAccounts('1.4.1', { modules: [...modules] }, at));
  return at;
}

const addDelegate = (delegate: Address) =>
  encodeFunctionData({ abi, functionName: 'addDelegate', args: [delegate] });

const setAllowance = (delegate: Address, token: Address, amount: bigint, minutes = 0) =>
  encodeFunctionData({
    abi,
    functionName: 'setAllowance',
    args: [delegate, token, amount, minutes, 0],
  });

const say = async (safe: Address, ...calls: readonly Hex[]) => {
  for (const data of calls) await send(chain, safe, { to: module, data });
};

/** What this reader grants, and to whom. */
const grantsOf = ({ rules }: Awaited<ReturnType<typeof discoverOn>>) =>
  rules
    .filter(({ reader }) => reader === 'safe-allowance-module')
    .map(({ grants, requires }) => [
      nodeId(grants),
      requires.type === 'power' ? nodeId(requires) : requires.type,
    ]);

const spend = (safe: Address, limit: bigint, token?: Address) =>
  `spend(eip155:1:${safe}, ${limit} of eip155:1/${token === undefined ? 'slip44:60' : `erc20:${token}`})`;

const by = (delegate: Address) => `act(eip155:1:${delegate})`;

test('a delegate spends of each token what is allowed', async () => {
  const safe = await safeWith();
  await say(safe, addDelegate(DELEGATE), addDelegate(OTHER));
  await say(safe, setAllowance(DELEGATE, TOKEN, 500n), setAllowance(DELEGATE, zeroAddress, 7n));
  await say(safe, setAllowance(OTHER, TOKEN, 9n, 60));
  const found = await discoverOn(chain, safe);
  expect(kindsAt(found, safe)).toEqual(['Safe proxy', 'Safe 1.4.1', 'Safe with allowances']);
  expect(kindsAt(found, module)).toEqual(['Safe AllowanceModule']);
  expect(grantsOf(found)).toEqual([
    [spend(safe, 500n, TOKEN), by(DELEGATE)],
    [spend(safe, 7n), by(DELEGATE)],
    [spend(safe, 9n, TOKEN), by(OTHER)],
  ]);
});

test('what is spent counts, unless it comes again', async () => {
  const safe = await safeWith();
  await say(safe, addDelegate(DELEGATE), addDelegate(OTHER));
  await say(
    safe,
    setAllowance(DELEGATE, zeroAddress, 7n),
    setAllowance(OTHER, zeroAddress, 9n, 60),
  );
  for (const delegate of [DELEGATE, OTHER]) {
    const args = [safe, zeroAddress, OTHER, 2n, zeroAddress, 0n, delegate, '0x'] as const;
    const data = encodeFunctionData({ abi, functionName: 'executeAllowanceTransfer', args });
    await send(chain, delegate, { to: module, data });
  }
  expect(grantsOf(await discoverOn(chain, safe))).toEqual([
    [spend(safe, 5n), by(DELEGATE)],
    [spend(safe, 9n), by(OTHER)],
  ]);
});

test('what was deleted, and who was removed, gives nothing', async () => {
  const safe = await safeWith();
  await say(safe, addDelegate(DELEGATE), addDelegate(OTHER));
  await say(safe, setAllowance(DELEGATE, TOKEN, 5n), setAllowance(OTHER, TOKEN, 5n));
  const deletes = [DELEGATE, TOKEN] as const;
  const removes = [OTHER, false] as const;
  await say(safe, encodeFunctionData({ abi, functionName: 'deleteAllowance', args: deletes }));
  await say(safe, encodeFunctionData({ abi, functionName: 'removeDelegate', args: removes }));
  expect(grantsOf(await discoverOn(chain, safe))).toEqual([]);
});

test('a Safe that does not have the module enabled allows nothing by it', async () => {
  const safe = await safeWith([]);
  await say(safe, addDelegate(DELEGATE), setAllowance(DELEGATE, TOKEN, 500n));
  expect(grantsOf(await discoverOn(chain, safe, module))).toEqual([]);
});

test('one Safe’s delegates spend nothing of another', async () => {
  const [safe, other] = [await safeWith(), await safeWith()];
  await say(safe, addDelegate(DELEGATE), setAllowance(DELEGATE, TOKEN, 500n));
  expect(grantsOf(await discoverOn(chain, other))).toEqual([]);
});

test('an allowance that is only simulated is read, too', async () => {
  const safe = await safeWith();
  await say(safe, addDelegate(DELEGATE));
  const state = await stateOf(chain);
  const { after } = await simulate(rpcNode(chain.url), state, [
    {
      from: safe,
      to: module,
      data: setAllowance(DELEGATE, TOKEN, 500n),
      value: 0n,
    },
  ]);
  expect(grantsOf(await discover(state, [safe], readers))).toEqual([]);
  expect(grantsOf(await discover(after, [safe], readers))).toEqual([
    [spend(safe, 500n, TOKEN), by(DELEGATE)],
  ]);
});

test('more delegates than anyone means are unread, with the reason', async () => {
  const safe = await safeWith();
  const many = Array.from({ length: 201 }, (_, index) => account(0xb000 + index));
  for (const each of many) await say(safe, addDelegate(each));
  const { unread, rules } = await discoverOn(chain, safe);
  expect(unread.map(({ reason }) => reason)).toContain(
    `its allowances could not be read: ${safe} has more than 200 delegates who may spend`,
  );
  expect(rules.some(({ reader }) => reader === 'safe')).toBe(true);
});

describe('refuses', () => {
  test('a module with delegates that lacks one of the functions', async () => {
    const at = account(0xa0a);
    const selectors = ['addDelegate(address)', 'removeDelegate(address,bool)'].map((signature) =>
      toFunctionSelector(signature).slice(2),
    );
    await chain.set({
      [at]: { code: `0x60006000fd${selectors.map((each) => `63${each}`).join('')}` },
    });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a module that a wallet other than a Safe uses: its allowances are not looked up', async () => {
    const wallet = account(0xa0b);
    await chain.set({ [wallet]: { code: toHex('no Safe') } });
    await say(wallet, addDelegate(DELEGATE), setAllowance(DELEGATE, TOKEN, 500n));
    expect(grantsOf(await discoverOn(chain, wallet, module))).toEqual([]);
  });
});
