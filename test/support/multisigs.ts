/** All of several multisigs, and how many coalitions that makes. */
import { act, all, atLeast, leaf, type Requirement, type Rule } from '../../src/power/model.ts';

interface Several {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly goal: Requirement;
  readonly count: bigint;
}

/** A multisig of each list of owners, who are named by letters; the goal is all of them. */
function several(
  name: string,
  threshold: number,
  owners: readonly string[],
  count: bigint,
): Several {
  const rules = owners.map(
    (letters): Rule => ({
      grants: act(letters),
      requires: atLeast(
        threshold,
        [...letters].map((letter) => leaf('key', letter)),
        'owners',
      ),
      reader: 'test',
      evidence: [],
    }),
  );
  return { name, rules, goal: all(...owners.map(act)), count };
}

export const ALL_OF_SEVERAL: readonly Several[] = [
  several('two 5-of-9 without a common owner', 5, ['abcdefghi', 'jklmnopqr'], 126n ** 2n),
  several('three 4-of-7 without a common owner', 4, ['abcdefg', 'hijklmn', 'opqrstu'], 35n ** 3n),
  several('two 2-of-3 with two common owners', 2, ['abc', 'bcd'], 3n),
];
