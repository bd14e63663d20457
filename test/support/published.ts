/** Contracts that a package publishes compiled. */
import { readFile } from 'node:fs/promises';
import type { Address } from 'viem';
import { z } from 'zod';
import type { Compiled } from './compile.ts';

const artefact = z.object({ abi: z.array(z.any()), bytecode: z.string() });

/** The contract in an artefact of a package; every library that it links to is taken to be `library`. */
export async function published(path: string, library?: Address): Promise<Compiled> {
  const { abi, bytecode } = artefact.parse(
    JSON.parse(await readFile(`node_modules/${path}`, 'utf8')),
  );
  const linked = bytecode.replace(/__\$[0-9a-f]{34}\$__/g, library?.slice(2) ?? 'a library');
  return { abi, bytecode: z.templateLiteral(['0x', z.hex()]).parse(linked) };
}
