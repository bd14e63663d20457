import { attest } from '../check/attestation.ts';
import { accountsOf, gatherFacts } from '../check/check.ts';
import { judge, type Verdict } from '../check/verdict.ts';
import { UsageError } from '../errors.ts';
import { type StateOptions, withInputs } from './inputs.ts';
import { type OutputOptions, write } from './output.ts';
import { type RequestOptions, readRequest } from './request.ts';
import { verdictText } from './verdict-text.ts';

const EXIT_CODES: Readonly<Record<Verdict['decision'], number>> = { SIGN: 0, HOLD: 10, REJECT: 20 };

export interface CheckOptions extends RequestOptions, StateOptions, OutputOptions {
  /** Where to write an attestation. */
  readonly attest?: string;
  /** Who checks. */
  readonly checker?: string;
}

/** `castellan check`: returns the exit code. */
export async function check(options: CheckOptions, castellan: string): Promise<number> {
  const { attest: file, checker } = options;
  if ((file === undefined) !== (checker === undefined)) {
    throw new UsageError('give --attest FILE and --checker NAME together');
  }
  if (checker !== undefined && !/^[^\n]{1,200}$/.test(checker)) {
    throw new UsageError('--checker: expected a name of 1 to 200 characters');
  }
  const request = await readRequest(options);
  const { verdict, attestation } = await withInputs(
    options,
    accountsOf(request),
    async ({ node, state, organisation }) => {
      const facts = await gatherFacts({ node, state, organisation, request });
      const judged = judge(node.source, state, facts);
      return {
        verdict: judged,
        attestation:
          checker === undefined ? null : attest(judged, facts, state, { castellan, checker }),
      };
    },
  );
  if (file !== undefined && attestation !== null) {
    await write({ json: true, output: file }, attestation, {});
    process.stderr.write(`${attestation.line}\n`);
  }
  await write(options, verdict, { text: verdictText });
  return EXIT_CODES[verdict.decision];
}
