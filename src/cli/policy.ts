/** `castellan policy test`: castellan.yaml against a folder of cases, each of which says what it expects. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { z } from 'zod';
import { gatherFacts } from '../check/check.ts';
import { judge } from '../check/verdict.ts';
import { InputError, objections, reasonOf } from '../errors.ts';
import { count } from '../words.ts';
import { readJson, type StateOptions, withInputs } from './inputs.ts';
import { readRequest } from './request.ts';
import { paragraph } from './text.ts';

const file = z.string().min(1).max(1_000);

const caseFile = z.strictObject({
  expect: z.enum(['SIGN', 'HOLD', 'REJECT']),
  deciding: z.string().max(100).optional().describe('The finding that must decide'),
  'safe-tx': file.optional(),
  'typed-data': file.optional(),
  tx: file.optional(),
  call: file.optional(),
  message: file.optional(),
  from: z.string().optional(),
  recording: file.optional(),
  block: z.string().optional(),
});

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
    process.stdout.write(`${mark}  ${name.slice(0, -SUFFIX.length)}\n`);
    if (result !== null) process.stdout.write(`${paragraph(result, 6)}\n`);
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
  const { expect, deciding, recording, block, from, ...named } = parsed.data;
  const at = (path: string | undefined) =>
    path === undefined ? {} : { path: path.startsWith('0x') ? path : join(folder, path) };
  const request = await readRequest({
    ...(named['safe-tx'] === undefined ? {} : { safeTx: join(folder, named['safe-tx']) }),
    ...(named['typed-data'] === undefined ? {} : { typedData: join(folder, named['typed-data']) }),
    ...(named.tx === undefined ? {} : { tx: at(named.tx).path ?? '' }),
    ...(named.call === undefined ? {} : { call: join(folder, named.call) }),
    ...(named.message === undefined ? {} : { message: join(folder, named.message) }),
    ...(from === undefined ? {} : { from }),
  });
  const { rpc, ...rest } = options;
  const source =
    recording === undefined
      ? rpc === undefined
        ? {}
        : { rpc }
      : { recording: join(folder, recording) };
  const verdict = await withInputs(
    { ...rest, ...source, ...(block === undefined ? {} : { block }) },
    async ({ node, state, organisation }) =>
      judge(node.source, state, await gatherFacts({ node, state, organisation, request })),
  );
  const { decision } = verdict;
  const decided = verdict.deciding.finding;
  if (decision !== expect) {
    return `expected ${expect}, and it is ${decision}: ${verdict.deciding.reason}. ${verdict.deciding.toSign ?? ''}`;
  }
  if (deciding !== undefined && decided !== deciding) {
    return `expected to be decided by ${deciding}, and it is by ${decided ?? 'no finding'}`;
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
