/** Real contracts from their published packages, by the path of their artefact. */
import { readFile } from 'node:fs/promises';
import { type Address, encodeFunctionData, type Hex } from 'viem';
import { z } from 'zod';
import { type LocalChain, send } from './local-chain.ts';
import { deployCompiled } from './openzeppelin.ts';

const hex = z
  .string()
  .transform((text) => (text.startsWith('0x') ? (text as Hex) : (`0x${text}` as Hex)));

const artefact = z.object({ abi: z.array(z.any()), bytecode: hex, deployedBytecode: hex });

export type Packaged = z.infer<typeof artefact>;

const AAVE_PROXY =
  'libraries/aave-upgradeability/InitializableImmutableAdminUpgradeabilityProxy.sol/InitializableImmutableAdminUpgradeabilityProxy';

/** Where packages keep a contract: a JSON file, or a module of hardhat-deploy's successor. */
export const paths = {
  openZeppelin: (folder: string, name: string) => `${folder}/build/contracts/${name}.json`,
  openZeppelinSdk: (name: string) => `@openzeppelin/upgrades/build/contracts/${name}.json`,
  aragon: (name: string) => `@aragon/os/build/contracts/${name}.json`,
  hardhatDeploy: (name: string) => `@rocketh/diamond/dist/hardhat-deploy-v1-artifacts/${name}.js`,
  aaveV2Proxy: `@aave/protocol-v2/artifacts/contracts/protocol/${AAVE_PROXY}.json`,
  aaveV3Proxy: `@aave/core-v3/artifacts/contracts/protocol/${AAVE_PROXY}.json`,
  aaveV2Provider:
    '@aave/protocol-v2/artifacts/contracts/protocol/configuration/LendingPoolAddressesProvider.sol/LendingPoolAddressesProvider.json',
  aaveV3Provider:
    '@aave/core-v3/artifacts/contracts/protocol/configuration/PoolAddressesProvider.sol/PoolAddressesProvider.json',
} as const;

export async function packaged(path: string): Promise<Packaged> {
  if (path.endsWith('.json')) {
    return artefact.parse(JSON.parse(await readFile(`node_modules/${path}`, 'utf8')));
  }
  const module: { readonly default: unknown } = await import(
    new URL(`../../node_modules/${path}`, import.meta.url).href
  );
  return artefact.parse(module.default);
}

/** Deploys a contract of a package from `from`; returns where it stands. */
export const deployPackaged = async (
  chain: LocalChain,
  from: Address,
  path: string,
  ...args: readonly unknown[]
): Promise<Address> => await deployCompiled(chain, from, await packaged(path), args);

/** Calls a function of a contract of a package, in the name of `from`. */
export async function sendPackaged(
  chain: LocalChain,
  from: Address,
  to: Address,
  path: string,
  functionName: string,
  ...args: readonly unknown[]
): Promise<void> {
  const { abi } = await packaged(path);
  await send(chain, from, { to, data: encodeFunctionData({ abi, functionName, args }) });
}

/** The code of Permit2, which a package of another project carries. */
export async function permit2Code(): Promise<Hex> {
  const path = 'node_modules/@1inch/solidity-utils/dist/src/permit2.json';
  return z.object({ bytecode: hex }).parse(JSON.parse(await readFile(path, 'utf8'))).bytecode;
}
