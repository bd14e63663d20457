import { compareAttestations, parseAttestation } from '../check/attestation.ts';
import type { Verdict } from '../check/verdict.ts';
import { UsageError } from '../errors.ts';
import { count, printable } from '../words.ts';
import { inputName, readJson } from './inputs.ts';
import { type OutputOptions, write } from './output.ts';
import { fields, heading } from './text.ts';

const EXIT_CODES: Readonly<Record<Verdict['decision'], number>> = { SIGN: 0, HOLD: 10, REJECT: 20 };

/** `castellan compare`: returns the exit code. */
export async function compare(files: readonly string[], options: OutputOptions): Promise<number> {
  if (files.length < 2) throw new UsageError('give two attestations or more');
  const attestations = await Promise.all(
    files.map(async (file) => parseAttestation(inputName(file), await readJson(file))),
  );
  const comparison = compareAttestations(attestations);
  const { agree, differences, checkers, needed, decision } = comparison;
  await write(options, comparison, {
    text: () =>
      [
        `${decision}  ${agree ? `${count(checkers, 'checker')} of ${needed} found the same` : 'they did not find the same: do not sign'}`,
        fields(attestations.map(({ checker, line }) => [printable(checker).slice(0, 11), line])),
        ...differences.map(({ what, values }) =>
          [
            heading(`Different: ${what}`),
            fields(values.map((value, index) => [`${index + 1}`, printable(value)])),
          ].join('\n'),
        ),
      ]
        .join('\n\n')
        .concat('\n'),
  });
  return EXIT_CODES[decision];
}
