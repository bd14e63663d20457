/** The real contracts of OpenZeppelin, from their published package. */
import { readFile } from 'node:fs/promises';
import { type Address, encodeDeployData, getContractAddress } from 'viem';
import { z } from 'zod';
import type { Compiled } from './compile.ts';
import { type LocalChain, send } from './local-chain.ts';

const artefact = z.object({
  abi: z.array(z.any()),
  bytecode: z.templateLiteral(['0x', z.string()]),
});

export type OpenZeppelinContract =
  | 'AccessManager'
  | 'BeaconProxy'
  | 'ERC1967Proxy'
  | 'TransparentUpgradeableProxy'
  | 'TimelockController'
  | 'UpgradeableBeacon';

/** Deploys one of OpenZeppelin's contracts from `from`; returns where it stands. */
export async function deploy(
  chain: LocalChain,
  from: Address,
  contract: OpenZeppelinContract,
  args: readonly unknown[],
  version: '4.9.6' | '5.7.0' = '5.7.0',
): Promise<Address> {
  const folder = version === '5.7.0' ? '@openzeppelin/contracts' : `openzeppelin-${version}`;
  const path = `node_modules/${folder}/build/contracts/${contract}.json`;
  const compiled = artefact.parse(JSON.parse(await readFile(path, 'utf8')));
  return await deployCompiled(chain, from, compiled, args);
}

/** Deploys a contract by its own constructor, from `from`; returns where it stands. */
export async function deployCompiled(
  chain: LocalChain,
  from: Address,
  { abi, bytecode }: Compiled,
  args: readonly unknown[],
): Promise<Address> {
  const address = await send(chain, from, {
    data: encodeDeployData({ abi: [...abi], bytecode, args }),
  });
  if (address === null) throw new Error('the contract was not deployed');
  return address;
}

const created = z.record(
  z.string(),
  z.object({
    code: z.templateLiteral(['0x', z.string()]).optional(),
    storage: z
      .record(z.templateLiteral(['0x', z.string()]), z.templateLiteral(['0x', z.string()]))
      .optional(),
  }),
);

/**
 * Puts a contract at an account, with all that its constructor leaves in it. What others would have of the
 * constructor's calls they do not have, and no event is emitted.
 */
export async function placeCompiled(
  chain: LocalChain,
  at: Address,
  { abi, bytecode }: Compiled,
  args: readonly unknown[],
): Promise<void> {
  const traced = await chain.request('debug_traceCall', [
    { from: at, data: encodeDeployData({ abi: [...abi], bytecode, args }) },
    'latest',
    { tracer: 'prestateTracer', tracerConfig: { diffMode: true } },
  ]);
  const { post } = z.object({ post: created }).parse(traced);
  const deployed = post[getContractAddress({ from: at, nonce: 0n }).toLowerCase()];
  if (deployed?.code === undefined) throw new Error('the contract was not deployed');
  await chain.set({ [at]: { code: deployed.code, storage: deployed.storage ?? {} } });
}
