import { type Address, encodeFunctionData, parseAbi, toEventSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guard } from '../../../../src/chains/evm/bytecode/guard.ts';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { offering, REVERTS } from '../../../support/code.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, stateOf } from '../../../support/read.ts';

const [DEPLOYER, PAUSE, NEXT] = [0x81, 0x82, 0x83].map(account) as [Address, Address, Address];

const abi = parseAbi(['function rely(address usr)', 'function deny(address usr)']);

/**
 * No package has MakerDAO's contracts: these do anew what https://github.com/makerdao/dss does in vat.sol
 * (notes of the arguments), in lib.sol (notes of the caller, too) and in dog.sol (events).
 */
const kept = (log: string, inConstructor = '') =>
  compile(
    'Vault',
    `contract Vault {
      uint256 first;
      mapping(address => uint256) public can;
      mapping(address => uint256) public wards;
      event Rely(address indexed usr);
      event Deny(address indexed usr);
      constructor() { wards[msg.sender] = 1; ${inConstructor} }
      modifier auth() { require(wards[msg.sender] == 1); _; }
      function rely(address usr) external auth { wards[usr] = 1; ${log.replace('$', 'Rely')} }
      function deny(address usr) external auth { wards[usr] = 0; ${log.replace('$', 'Deny')} }
    }`,
  );
const DOG = kept('emit $(usr);', 'emit Rely(msg.sender);');
const VAT = kept('assembly { log4(0, 0, shl(224, shr(224, calldataload(0))), usr, 0, 0) }');
const JUG = kept('assembly { log4(0, 0, shl(224, shr(224, calldataload(0))), caller(), usr, 0) }');

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const wardsOf = (found: Discovery, at: Address) => holdersOf(found, role(`eip155:1:${at}`, 'ward'));

const call = (from: Address, to: Address, functionName: 'rely' | 'deny', usr: Address) =>
  send(chain, from, { to, data: encodeFunctionData({ abi, functionName, args: [usr] }) });

describe.each([
  ['with events', DOG, true, []],
  ['with notes of the arguments', VAT, false, [VAT]],
  ['with notes of the caller', JUG, true, [JUG]],
])('%s', (_, vault, knowsDeployer, withoutEvents) => {
  test('wards are read as they are now', async () => {
    const at = await deployCompiled(chain, DEPLOYER, vault, []);
    await call(DEPLOYER, at, 'rely', PAUSE);
    await call(DEPLOYER, at, 'rely', NEXT);
    await call(PAUSE, at, 'deny', NEXT);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['wards']);
    expect(wardsOf(found, at)).toEqual(
      [PAUSE, ...(knowsDeployer ? [DEPLOYER] : [])].map((each) => `${key(each)} after 0`).sort(),
    );
    await call(PAUSE, at, 'deny', DEPLOYER);
    expect(wardsOf(await discoverOn(chain, at), at)).toEqual([`${key(PAUSE)} after 0`]);
  });

  test('one whose deployer is in no log says so', async () => {
    const at = await deployCompiled(chain, DEPLOYER, vault, []);
    const { unread } = await discoverOn(chain, at);
    expect(unread.filter(({ reason }) => reason.includes('deployed'))).toHaveLength(
      withoutEvents.length,
    );
  });
});

test('a check of the mapping of wards is explained, and of no other mapping', async () => {
  const at = await deployCompiled(chain, DEPLOYER, DOG, []);
  const { found } = await discoverOn(chain, at);
  const explains = found.flatMap(({ readings }) => readings)[0]?.explains;
  const member = (mapping: bigint, key: 'caller' | 'origin' = 'caller'): Guard => ({
    type: 'member',
    mapping: slot(mapping),
    keys: [key],
    mask: `0x${'ff'.repeat(32)}`,
    equals: slot(1n),
  });
  expect(explains?.(member(2n))).toEqual(role(`eip155:1:${at}`, 'ward'));
  expect(explains?.(member(1n))).toBeNull();
  expect(explains?.(member(2n, 'origin'))).toBeNull();
  expect(explains?.({ ...member(2n), equals: slot(0n) } as Guard)).toBeNull();
});

test('it is read on a state that is only simulated', async () => {
  const at = await deployCompiled(chain, DEPLOYER, VAT, []);
  const state = await stateOf(chain);
  const data = encodeFunctionData({ abi, functionName: 'rely', args: [NEXT] });
  const { after } = await simulate(rpcNode(chain.url), state, [
    {
      from: DEPLOYER,
      to: at,
      data,
      value: 0n,
    },
  ]);
  expect(wardsOf(await discover(after, [at], readers), at)).toEqual([`${key(NEXT)} after 0`]);
});

describe('refuses', () => {
  test('a contract with wards() but without rely() and deny()', async () => {
    const at = account(0x84);
    await chain.set({ [at]: { code: offering(REVERTS, 'wards(address)') } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a contract whose wards() answers anything but 1', async () => {
    const at = account(0x85);
    // Emits Rely(PAUSE) when it is called, and answers 2.
    const relies = `73${PAUSE.slice(2)}7f${toEventSelector('Rely(address)').slice(2)}60006000a2600260005260206000f3`;
    await chain.set({
      [at]: { code: offering(relies, 'wards(address)', 'rely(address)', 'deny(address)') },
    });
    await send(chain, DEPLOYER, { to: at, data: '0x' });
    const found = await discoverOn(chain, at);
    expect(wardsOf(found, at)).toEqual([]);
  });
});
