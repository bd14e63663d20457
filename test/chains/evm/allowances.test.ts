import { readFile } from 'node:fs/promises';
import { type Address, encodeFunctionData, type Hex, maxUint160, maxUint256, parseAbi } from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Allowances,
  allowanceRule,
  readAllowances,
} from '../../../src/chains/evm/allowances.ts';
import { discover } from '../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../src/chains/evm/node.ts';
import { readers } from '../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../src/chains/evm/simulate.ts';
import { ReadError } from '../../../src/errors.ts';
import { coalitions } from '../../../src/power/coalitions.ts';
import { nodeId, taking } from '../../../src/power/model.ts';
import { account } from '../../support/accounts.ts';
import { type Compiled, compile } from '../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../support/local-chain.ts';
import { deployCompiled } from '../../support/openzeppelin.ts';
import { key, stateOf } from '../../support/read.ts';

const DEPLOYER = account(0x71);
const SPENDER = account(0x73);
const OTHER = account(0x74);
const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';

const TOKENS = `
import '@openzeppelin/contracts/token/ERC20/ERC20.sol';
import '@openzeppelin/contracts/token/ERC721/ERC721.sol';
import '@openzeppelin/contracts/token/ERC1155/ERC1155.sol';
contract Coin is ERC20('Coin', 'COIN') {
  function mint(address to, uint256 amount) external { _mint(to, amount); }
}
contract Items is ERC721('Items', 'ITEM') {
  function mint(address to, uint256 id) external { _mint(to, id); }
  function burn(uint256 id) external { _burn(id); }
}
contract Many is ERC1155('') {}`;

const abi = parseAbi([
  'function mint(address to, uint256 amountOrId)',
  'function burn(uint256 id)',
  'function approve(address spender, uint256 amountOrId)',
  'function setApprovalForAll(address operator, bool approved)',
  'function transferFrom(address from, address to, uint256 amountOrId)',
]);
const permit2Abi = parseAbi([
  'function approve(address token, address spender, uint160 amount, uint48 expiration)',
  'function lockdown((address token, address spender)[] approvals)',
]);

let chain: LocalChain;
let compiled: { readonly coin: Compiled; readonly items: Compiled; readonly many: Compiled };
let position: Address;
let positions = 0x7000;

beforeAll(async () => {
  compiled = {
    coin: compile('Coin', TOKENS),
    items: compile('Items', TOKENS),
    many: compile('Many', TOKENS),
  };
  chain = await startLocalChain();
  // The code that stands on every chain, as a package of another project carries it.
  const permit2 = z
    .object({ bytecode: z.templateLiteral(['0x', z.hex()]) })
    .parse(
      JSON.parse(
        await readFile('node_modules/@1inch/solidity-utils/dist/src/permit2.json', 'utf8'),
      ),
    );
  await chain.set({ [PERMIT2]: { code: permit2.bytecode } });
});

beforeEach(() => {
  positions += 1;
  position = account(positions);
});

afterAll(() => chain.stop());

const deployToken = (which: keyof typeof compiled): Promise<Address> =>
  deployCompiled(chain, DEPLOYER, compiled[which], []);

const call = (from: Address, to: Address, data: Hex) => send(chain, from, { to, data });

const approve = (token: Address, spender: Address, amountOrId: bigint) =>
  call(
    position,
    token,
    encodeFunctionData({ abi, functionName: 'approve', args: [spender, amountOrId] }),
  );

const approveAll = (token: Address, operator: Address, approved: boolean) =>
  call(
    position,
    token,
    encodeFunctionData({ abi, functionName: 'setApprovalForAll', args: [operator, approved] }),
  );

const approveOnPermit2 = (token: Address, spender: Address, amount: bigint, expiration: number) =>
  call(
    position,
    PERMIT2,
    encodeFunctionData({
      abi: permit2Abi,
      functionName: 'approve',
      args: [token, spender, amount, expiration],
    }),
  );

const mint = (token: Address, amountOrId: bigint) =>
  call(
    DEPLOYER,
    token,
    encodeFunctionData({ abi, functionName: 'mint', args: [position, amountOrId] }),
  );

const rulesOf = (allowances: Allowances['allowances']) =>
  allowances.map((allowance) => allowanceRule(1, allowance));

const spendersOf = ({ allowances }: Allowances) => allowances.map(({ spender }) => spender);

/** What is allowed, as `limit of asset to spender`. */
async function allowed(...tokens: readonly Address[]): Promise<readonly string[]> {
  const { allowances, unread } = await readAllowances(await stateOf(chain), [position], tokens);
  const rules = rulesOf(allowances);
  expect(unread).toEqual([]);
  return rules
    .map(({ grants, requires }) => {
      if (requires.type !== 'power') throw new Error('an allowance is for one account');
      return `${nodeId(grants)} to ${requires.account.split(':')[2]}`;
    })
    .sort();
}

const spend = (limit: bigint, asset: string, spender: Address): string =>
  `spend(eip155:1:${position}, ${limit} of eip155:1/${asset}) to ${spender}`;

const NEXT_YEAR = 1_800_000_000;

describe('ERC-20', () => {
  test('what was allowed may be taken, in part and without limit', async () => {
    const token = await deployToken('coin');
    await approve(token, SPENDER, 5n);
    await approve(token, OTHER, maxUint256);
    expect(await allowed(token)).toEqual(
      [spend(5n, `erc20:${token}`, SPENDER), spend(maxUint256, `erc20:${token}`, OTHER)].sort(),
    );
  });

  test('what was used up or taken back may not', async () => {
    const token = await deployToken('coin');
    await mint(token, 5n);
    await approve(token, SPENDER, 5n);
    await approve(token, OTHER, 5n);
    await approve(token, OTHER, 0n);
    const args = [position, SPENDER, 4n] as const;
    const data = encodeFunctionData({ abi, functionName: 'transferFrom', args });
    await call(SPENDER, token, data);
    expect(await allowed(token)).toEqual([spend(1n, `erc20:${token}`, SPENDER)]);
  });

  test('whoever acts as the spender takes the position', async () => {
    const token = await deployToken('coin');
    await approve(token, SPENDER, 5n);
    const state = await stateOf(chain);
    const allowances = await readAllowances(state, [position], [token]);
    expect(spendersOf(allowances)).toEqual([SPENDER]);
    const found = await discover(state, [position, ...spendersOf(allowances)], readers);
    const rules = [...found.rules, ...rulesOf(allowances.allowances)];
    const { list } = coalitions(rules, taking(rules, `eip155:1:${position}`));
    expect(list.map(({ leaves }) => leaves.map(nodeId))).toEqual(
      [[key(position)], [key(SPENDER)]].sort(),
    );
    expect(allowances.allowances[0]?.evidence.map(({ read }) => read.split(' ')[0])).toEqual([
      'logs',
      'call',
    ]);
  });

  test('an allowance that is only simulated is read, too', async () => {
    const token = await deployToken('coin');
    const state = await stateOf(chain);
    const { after } = await simulate(rpcNode(chain.url), state, [
      {
        from: position,
        to: token,
        data: encodeFunctionData({ abi, functionName: 'approve', args: [SPENDER, 5n] }),
        value: 0n,
      },
    ]);
    expect(spendersOf(await readAllowances(state, [position], [token]))).toEqual([]);
    expect(spendersOf(await readAllowances(after, [position], [token]))).toEqual([SPENDER]);
  });
});

describe('ERC-721', () => {
  test('one item, until it is gone', async () => {
    const token = await deployToken('items');
    for (const id of [1n, 2n, 3n]) {
      await mint(token, id);
      await approve(token, SPENDER, id);
    }
    const args = [position, OTHER, 2n] as const;
    await call(SPENDER, token, encodeFunctionData({ abi, functionName: 'transferFrom', args }));
    await call(DEPLOYER, token, encodeFunctionData({ abi, functionName: 'burn', args: [3n] }));
    expect(await allowed(token)).toEqual([spend(1n, `erc721:${token}/1`, SPENDER)]);
  });

  test('every item, for an operator', async () => {
    const token = await deployToken('items');
    await approveAll(token, SPENDER, true);
    await approveAll(token, OTHER, true);
    await approveAll(token, OTHER, false);
    expect(await allowed(token)).toEqual([spend(maxUint256, `erc721:${token}`, SPENDER)]);
  });
});

test('ERC-1155: everything, for an operator', async () => {
  const token = await deployToken('many');
  await approveAll(token, SPENDER, true);
  expect(await allowed(token)).toEqual([spend(maxUint256, `erc1155:${token}`, SPENDER)]);
});

describe('Permit2', () => {
  test('an allowance to it is nobody’s until it allows someone', async () => {
    const token = await deployToken('coin');
    await approve(token, PERMIT2, maxUint256);
    expect(await allowed(token)).toEqual([]);
    await approveOnPermit2(token, SPENDER, 7n, NEXT_YEAR);
    await approveOnPermit2(token, OTHER, maxUint160, NEXT_YEAR);
    expect(await allowed(token)).toEqual(
      [spend(7n, `erc20:${token}`, SPENDER), spend(maxUint256, `erc20:${token}`, OTHER)].sort(),
    );
  });

  test('no more than the token lets Permit2 itself take', async () => {
    const token = await deployToken('coin');
    await approveOnPermit2(token, SPENDER, maxUint160, NEXT_YEAR);
    expect(await allowed(token)).toEqual([]);
    await approve(token, PERMIT2, 3n);
    expect(await allowed(token)).toEqual([spend(3n, `erc20:${token}`, SPENDER)]);
  });

  test('not after it has expired, nor after a lockdown', async () => {
    const token = await deployToken('coin');
    await approve(token, PERMIT2, maxUint256);
    await approveOnPermit2(token, SPENDER, 7n, 1_600_000_000);
    await approveOnPermit2(token, OTHER, 7n, NEXT_YEAR);
    const args = [[{ token, spender: OTHER }]] as const;
    await call(
      position,
      PERMIT2,
      encodeFunctionData({ abi: permit2Abi, functionName: 'lockdown', args }),
    );
    expect(await allowed(token)).toEqual([]);
  });

  test('of tokens that were not asked for, nothing is said', async () => {
    const token = await deployToken('coin');
    await approve(token, PERMIT2, maxUint256);
    await approveOnPermit2(token, SPENDER, 7n, NEXT_YEAR);
    expect(await allowed()).toEqual([]);
  });
});

test('what cannot be read is unread, and the rest is read', async () => {
  const [good, bad] = [await deployToken('coin'), await deployToken('coin')];
  await approve(good, SPENDER, 5n);
  const state = await stateOf(chain);
  const { allowances, unread } = await readAllowances(
    {
      ...state,
      logs: (filter) =>
        filter.account === bad
          ? Promise.reject(new ReadError('too many blocks'))
          : state.logs(filter),
    },
    [position],
    [good, bad],
  );
  expect(allowances).toHaveLength(1);
  expect(unread).toEqual([
    {
      account: `eip155:1:${position}`,
      reason: `its allowances of ${bad} could not be read: too many blocks`,
    },
  ]);
});

test('a token that answers nonsense is unread', async () => {
  const token = await deployToken('coin');
  await approve(token, SPENDER, 5n);
  await chain.set({ [token]: { code: '0x00' } });
  const { allowances, unread } = await readAllowances(await stateOf(chain), [position], [token]);
  expect(allowances).toEqual([]);
  expect(unread[0]?.reason).toMatch(/gives no answer that makes sense to allowance\(\)$/);
});
