/** Compound's Timelock and GovernorAlpha as Uniswap compiled and published them. */
import { readFile } from 'node:fs/promises';
import type { Address } from 'viem';
import { z } from 'zod';
import type { LocalChain } from './local-chain.ts';
import { deployCompiled } from './openzeppelin.ts';

const artefact = z.object({
  abi: z.array(z.any()),
  bytecode: z.string().transform((digits): `0x${string}` => `0x${digits}`),
});

/** Deploys one of them from `from`; returns where it stands. */
export async function deployGovernance(
  chain: LocalChain,
  from: Address,
  contract: 'Timelock' | 'GovernorAlpha',
  args: readonly unknown[],
): Promise<Address> {
  const text = await readFile(`node_modules/@uniswap/governance/build/${contract}.json`, 'utf8');
  return await deployCompiled(chain, from, artefact.parse(JSON.parse(text)), args);
}
