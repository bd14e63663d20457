/** Compiles Solidity for a test, with OpenZeppelin's sources at hand. */
import { readFileSync } from 'node:fs';
import solc from 'solc';
import type { Hex } from 'viem';
import { z } from 'zod';

const output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z
    .object({
      'Test.sol': z.record(
        z.string(),
        z.object({
          abi: z.array(z.any()),
          evm: z.object({ bytecode: z.object({ object: z.string() }) }),
        }),
      ),
    })
    .optional(),
});

export interface Compiled {
  readonly abi: readonly unknown[];
  readonly bytecode: Hex;
}

/** The contract called `name` in `source`; imports are looked up in node_modules. */
export function compile(name: string, source: string, viaIR = false): Compiled {
  return compileAll(source, viaIR)(name);
}

/** Every contract in `source`, by its name. */
export function compileAll(source: string, viaIR = false): (name: string) => Compiled {
  const input = {
    language: 'Solidity',
    sources: {
      'Test.sol': {
        content: `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.20;\n${source}`,
      },
    },
    settings: {
      viaIR,
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { 'Test.sol': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  // Some packages name a compiler a little older than the one here.
  const findImport = (path: string) => ({
    contents: readFileSync(`node_modules/${path}`, 'utf8').replace(
      /pragma solidity 0\.8\./,
      'pragma solidity ^0.8.',
    ),
  });
  const { errors, contracts } = output.parse(
    JSON.parse(solc.compile(JSON.stringify(input), { import: findImport })),
  );
  const [error] = errors.filter(({ severity }) => severity === 'error');
  if (error) throw new Error(error.formattedMessage);
  return (name) => {
    const contract = contracts?.['Test.sol'][name];
    if (contract === undefined) throw new Error(`the source has no contract ${name}`);
    return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
  };
}
