/** The real modifiers of Zodiac, from the init code in their published package. */
import { readFile } from 'node:fs/promises';
import {
  type Address,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  parseAbi,
  zeroHash,
} from 'viem';
import { cloneOf } from './clone.ts';
import { type LocalChain, send } from './local-chain.ts';

const FILES = {
  'Delay 1.0.1': 'Delay',
  'Permissions 1.0.0': 'Permissions',
  'Roles 1.1.0': 'RolesV1',
  'Roles 2.1.0': 'RolesV2',
  'ScopeGuard 1.0.0': 'ScopeGuard',
} as const;

export type Mastercopy = keyof typeof FILES;

/** The init code that was deployed, its constructor's arguments included. */
async function initCode(name: Mastercopy): Promise<Hex> {
  const path = `node_modules/@gnosis.pm/zodiac/dist/cjs/initData/${FILES[name]}.js`;
  const [, code] = /initCode = "(0x[0-9a-fA-F]+)"/.exec(await readFile(path, 'utf8')) ?? [];
  if (code === undefined) throw new Error(`${path} has no init code`);
  return code as Hex;
}

/** Where Zodiac's singleton factory deploys a mastercopy, on every chain. */
export const publishedAddress = async (name: Mastercopy): Promise<Address> =>
  getContractAddress({
    opcode: 'CREATE2',
    from: '0xce0042B868300000d44A59004Da54A005ffdcf9f',
    salt: zeroHash,
    bytecode: await initCode(name),
  });

/** Deploys a mastercopy from `from`; returns where it stands. */
export async function deployMastercopy(
  chain: LocalChain,
  from: Address,
  name: Mastercopy,
): Promise<Address> {
  const address = await send(chain, from, { data: await initCode(name) });
  if (address === null) throw new Error(`${name} was not deployed`);
  return address;
}

const abi = parseAbi(['function setUp(bytes initParams)']);

/** Puts a proxy of a mastercopy at `at`, and has `from` set it up with `parameters`. */
export async function setUpModifier(
  chain: LocalChain,
  from: Address,
  at: Address,
  mastercopy: Address,
  parameters: Hex,
): Promise<void> {
  await chain.set({ [at]: { code: cloneOf(mastercopy) } });
  await send(chain, from, {
    to: at,
    data: encodeFunctionData({ abi, functionName: 'setUp', args: [parameters] }),
  });
}
