/** `castellan policy test`: castellan.yaml against a folder of cases, each of which says what it expects. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { z } from 'zod';
import { address } from '../chains/evm/values.ts';
import { accountsOf, gatherFacts } from '../check/check.ts';
import { judge } from '../check/verdict.ts';
import { InputError, objections, reasonOf } from '../errors.ts';
import { count, list, printable } from '../words.ts';
import { readJson, type StateOptions, withInputs } from './inputs.ts';
import { readRequest } from './request.ts';
import { paragraph } from './text.ts';

const file = z.string().min(1).max(1_000);
const REQUESTS = ['safeTx', 'typedData', 'tx', 'call', 'message'] as const;

const caseFile = z
  .strictObject({
    expect: z.enum(['SIGN', 'HOLD', 'REJECT']),
    deciding: z.string().max(100).optional().describe('The finding that must decide'),
    safeTx: file.optional(),
    typedData: file.optional(),
    tx: file.optional(),
    call: file.optional(),
    message: file.optional(),
    from: address.optional(),
    recording: file.optional(),
    block: z.int().min(0).transform(String).optional(),
  })
  .refine(
    (asked) => REQUESTS.filter((each) => asked[each] !== undefined).length === 1,
    `expected one of ${list(REQUESTS, 'or')}`,
  );

const SUFFIX = '.case.json';
const MAX_CASES = 10_000;

/** Runs every `*.case.json` of a folder; returns the exit code. */
export async function policyTest(folder: string, options: StateOptions): Promise<number> {
  const names = (await filesIn(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
  if (names.length === 0) throw new InputError(folder, `expected files that end in ${SUFFIX}`);
  if (names.length > MAX_CASES) throw new InputError(folder, `expected at most ${MAX_CASES} cases`);
  let failed = 0;
  for (const name of names) {
    const result = await runCase(folder, name, options);
    if (result !== null) failed += 1;
    const mark = result === null ? pc.green('pass') : pc.red('fail');
    process.stdout.write(`${mark}  ${printable(name.slice(0, -SUFFIX.length))}\n`);
    if (result !== null) process.stdout.write(`${paragraph(printable(result), 6)}\n`);
  }
  process.stdout.write(`${count(names.length, 'case')}, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** Why a case fails; `null` where it does not. */
async function runCase(
  folder: string,
  name: string,
  options: StateOptions,
): Promise<string | null> {
  const where = join(folder, name);
  const parsed = caseFile.safeParse(await readJson(where));
  if (!parsed.success) throw new InputError(where, objections(parsed.error));
  const { expect, deciding, recording, block = options.block, ...asked } = parsed.data;
  const inFolder = (path: string): string => join(folder, path);
  const request = await readRequest(asked, inFolder);
  const source = recording === undefined ? {} : { rpc: undefined, recording: inFolder(recording) };
  const verdict = await withInputs(
    { ...options, ...source, block },
    accountsOf(request),
    async ({ node, state, organisation }) =>
      judge(node.source, state, await gatherFacts({ node, state, organisation, request })),
  );
  const { finding, reason } = verdict.deciding;
  if (verdict.decision !== expect) {
    return `expected ${expect}, and it is ${verdict.decision}: ${reason}`;
  }
  if (deciding !== undefined && finding !== deciding) {
    return `expected to be decided by ${deciding}, and it is by ${finding ?? 'no finding'}: ${reason}`;
  }
  return null;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new InputError(folder, `cannot be read: ${reasonOf(error)}`);
  }
}
