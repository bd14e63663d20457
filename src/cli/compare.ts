import {
  type Attestation,
  type Comparison,
  compareAttestations,
  parseAttestation,
} from '../check/attestation.ts';
import type { Verdict } from '../check/verdict.ts';
import { UsageError } from '../errors.ts';
import { count, printable } from '../words.ts';
import { inputName, readJson } from './inputs.ts';
import { type OutputOptions, write } from './output.ts';
import { heading, paragraph } from './text.ts';

const EXIT_CODES: Readonly<Record<Verdict['decision'], number>> = { SIGN: 0, HOLD: 10, REJECT: 20 };

/** `castellan compare`: returns the exit code. */
export async function compare(files: readonly string[], options: OutputOptions): Promise<number> {
  if (files.length < 2) throw new UsageError('give two attestations or more');
  const attestations = await Promise.all(
    files.map(async (file) => parseAttestation(inputName(file), await readJson(file))),
  );
  const comparison = compareAttestations(attestations);
  await write(options, comparison, { text: (document) => comparisonText(document, attestations) });
  return EXIT_CODES[comparison.decision];
}

function comparisonText(
  { agree, differences, checkers, needed, decision }: Comparison,
  attestations: readonly Attestation[],
): string {
  const found = count(checkers.length, 'person', 'people');
  const who = attestations.map(({ checker }) => printable(checker));
  const differing = differences.map(({ what, values }) =>
    [heading(`Not the same: ${what}`), shown(values.map((value, at) => [who[at], value]))].join(
      '\n',
    ),
  );
  return [
    paragraph(
      agree
        ? `${decision}  ${found} found the same; castellan.yaml wants ${needed}`
        : `${decision}  do not sign: ${found} did not find the same`,
    ),
    shown(attestations.map(({ line }, at) => [who[at], line])),
    ...differing,
    ...(differences.some(({ what }) => what === 'block number')
      ? [paragraph('Check again, all at one block: castellan check --block NUMBER.')]
      : []),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What each person found, below their name. */
const shown = (rows: readonly (readonly [who: string | undefined, value: string])[]): string =>
  rows
    .flatMap(([who = '', value]) => [paragraph(who, 2), paragraph(printable(value), 4)])
    .join('\n');
