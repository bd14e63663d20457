import { readFile } from 'node:fs/promises';
import {
  type Address,
  concat,
  encodeDeployData,
  getContractAddress,
  type Hex,
  pad,
  toFunctionSelector,
  zeroHash,
} from 'viem';
import { entryPoint06Address, entryPoint07Address } from 'viem/account-abstraction';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { account } from '../../../support/accounts.ts';
import type { Compiled } from '../../../support/compile.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, stateOf, takers, ways } from '../../../support/read.ts';
import { SAFE, safeAccounts } from '../../../support/safes.ts';

const DEPLOYER = account(0xde1);
const FOREIGN = account(0x4337);
const OWNERS = [account(1), account(2), account(3)] as const;
const BY_OWNERS = [
  [key(OWNERS[0]), key(OWNERS[1])],
  [key(OWNERS[0]), key(OWNERS[2])],
  [key(OWNERS[1]), key(OWNERS[2])],
];

const artefact = z.object({
  abi: z.array(z.any()),
  bytecode: z.templateLiteral(['0x', z.string()]),
});

let chain: LocalChain;
let compiled: Compiled;

beforeAll(async () => {
  chain = await startLocalChain();
  const path =
    'node_modules/@safe-global/safe-4337/build/artifacts/contracts/Safe4337Module.sol/Safe4337Module.json';
  compiled = artefact.parse(JSON.parse(await readFile(path, 'utf8')));
});

afterAll(() => chain.stop());

const deployModule = (entryPoint: Address) =>
  deployCompiled(chain, DEPLOYER, compiled, [entryPoint]);

/** The code of a module for an entry point. */
async function moduleCode(entryPoint: Address): Promise<Hex> {
  const at = await deployModule(entryPoint);
  return await (await stateOf(chain)).code(at);
}

test('the module that is deployed here is the published one', () => {
  const address = getContractAddress({
    opcode: 'CREATE2',
    from: '0x4e59b44847b379578588920cA78FbF26c0B4956C',
    salt: zeroHash,
    bytecode: encodeDeployData({
      abi: [...compiled.abi],
      bytecode: compiled.bytecode,
      args: [entryPoint07Address],
    }),
  });
  expect(address).toBe('0x75cf11467937ce3F2f357CE24ffc3DBF8fD5c226');
});

test.each([
  ['0.6', entryPoint06Address],
  ['0.7', entryPoint07Address],
])('as module and handler it gives nobody anything: entry point %s', async (_, entryPoint) => {
  const module = await deployModule(entryPoint);
  await chain.set(await safeAccounts('1.4.1', { modules: [module], handler: module }));
  const found = await discoverOn(chain, SAFE);
  expect(kindsAt(found, module)).toEqual(['Safe4337Module']);
  expect(takers(found, SAFE)).toEqual(ways(...BY_OWNERS));
  expect(found.unread).toEqual([]);
});

test('an entry point that is not ERC-4337’s acts for the Safe', async () => {
  const module = await deployModule(FOREIGN);
  await chain.set(await safeAccounts('1.4.1', { modules: [module] }));
  expect(takers(await discoverOn(chain, SAFE), SAFE)).toEqual(ways([key(FOREIGN)], ...BY_OWNERS));
});

test('a build that is not known to the byte is read from its bytecode', async () => {
  const module = account(0x4338);
  const code = await moduleCode(FOREIGN);
  await chain.set({ [module]: { code: concat([code, '0x00']) } });
  const found = await discoverOn(chain, module);
  expect(takers(found, module)).toEqual([key(FOREIGN)]);
});

test('a module that is only simulated is read, too', async () => {
  const at = account(0x4339);
  const code = await moduleCode(FOREIGN);
  const after = overlay(await stateOf(chain), { [at]: { code } });
  expect(takers(await discover(after, [at], readers), at)).toEqual([key(FOREIGN)]);
});

describe('refuses', () => {
  test('an ERC-4337 account, which is its own wallet', async () => {
    const at = account(0x433a);
    const selectors = [
      '19822f7c',
      ...['execute(address,uint256,bytes)', 'entryPoint()'].map((signature) =>
        toFunctionSelector(signature).slice(2),
      ),
    ];
    await chain.set({
      [at]: { code: `0x60006000fd${selectors.map((each) => `63${each}`).join('')}` },
    });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('the published code with two different entry points in it', async () => {
    const at = account(0x433b);
    const code = await moduleCode(entryPoint07Address);
    const one = code.indexOf(pad(entryPoint07Address).slice(2).toLowerCase());
    const other = pad(FOREIGN).slice(2).toLowerCase();
    await chain.set({ [at]: { code: (code.slice(0, one) + other + code.slice(one + 64)) as Hex } });
    expect(takers(await discoverOn(chain, at), at)).toEqual([key(FOREIGN)]);
  });
});
