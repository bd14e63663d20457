/** The real contracts of OpenZeppelin, from their published package. */
import { readFile } from 'node:fs/promises';
import { type Address, encodeDeployData, type Hex } from 'viem';
import { z } from 'zod';
import { type LocalChain, send } from './local-chain.ts';

const artefact = z.object({
  abi: z.array(z.any()),
  bytecode: z.templateLiteral(['0x', z.string()]),
});

export type OpenZeppelinContract =
  | 'BeaconProxy'
  | 'ERC1967Proxy'
  | 'TransparentUpgradeableProxy'
  | 'TimelockController'
  | 'UpgradeableBeacon';

/** Deploys a contract by its own constructor, from `from`; returns where it stands. */
export async function deploy(
  chain: LocalChain,
  from: Address,
  contract: OpenZeppelinContract,
  args: readonly unknown[],
): Promise<Address> {
  const path = `node_modules/@openzeppelin/contracts/build/contracts/${contract}.json`;
  const { abi, bytecode } = artefact.parse(JSON.parse(await readFile(path, 'utf8')));
  const data: Hex = encodeDeployData({ abi, bytecode, args });
  const address = await send(chain, from, { data });
  if (address === null) throw new Error(`${contract} was not deployed`);
  return address;
}
