import { parseProposal } from '../chains/evm/safe/exports.ts';
import { gatherFacts } from '../check/check.ts';
import { judge, type Verdict } from '../check/verdict.ts';
import { inputName, readJson, type StateOptions, withInputs } from './inputs.ts';
import { type OutputOptions, write } from './output.ts';
import { verdictText } from './verdict-text.ts';

const EXIT_CODES: Readonly<Record<Verdict['decision'], number>> = { SIGN: 0, HOLD: 10, REJECT: 20 };

export interface CheckOptions extends StateOptions, OutputOptions {
  readonly safeTx: string;
}

/** `castellan check`: returns the exit code. */
export async function check(options: CheckOptions): Promise<number> {
  const proposal = parseProposal(inputName(options.safeTx), await readJson(options.safeTx));
  const verdict = await withInputs(options, async ({ node, state, organisation }) =>
    judge(node.source, state, await gatherFacts({ node, state, organisation, proposal })),
  );
  await write(options, verdict, { text: verdictText });
  return EXIT_CODES[verdict.decision];
}
