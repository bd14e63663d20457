/**
 * Places in mappings that follow from the code alone: `roles[MINTER_ROLE]` is a number, the hash of a key
 * and of the mapping's slot. Some compilers work it out; both are in the code then, so that it tells them.
 */
import { concat, type Hex, keccak256 } from 'viem';
import { wordOf } from './evaluate.ts';
import type { CodeFunction } from './functions.ts';
import { pushes } from './instructions.ts';
import { isOp, isTerm, type Term, type Word } from './terms.ts';

/** A key, and the slot of the mapping that it is of. */
interface Hashed {
  readonly key: Hex;
  readonly mapping: Hex;
}

/** By the place. */
export type Hashes = ReadonlyMap<Hex, Hashed>;

/** Of what is beyond, places that the compiler worked out stay numbers. */
const MAX_MAPPINGS = 16;
const MAX_CONSTANTS = 300;

export function hashesIn(code: Hex, functions: readonly CodeFunction[]): Hashes {
  const constants = pushes(code, 32).slice(0, MAX_CONSTANTS);
  const places = new Set<Hex>(constants);
  const mappings = [...nestedIn(functions)].slice(0, MAX_MAPPINGS);
  const compiled = mappings.flatMap((mapping) =>
    [wordOf(0n), ...constants].map((key) => ({ key, mapping })),
  );
  const run = functions.flatMap(({ terms }) =>
    [...terms.hashed].map(([place, [key, mapping]]): readonly [Hex, Hashed] => [
      wordOf(place),
      { key: wordOf(key), mapping: wordOf(mapping) },
    ]),
  );
  return new Map([
    ...compiled
      .map((each): readonly [Hex, Hashed] => [keccak256(concat([each.key, each.mapping])), each])
      .filter(([place]) => places.has(place)),
    ...run,
  ]);
}

/** The slots of the mappings of which some code names the key of a mapping within. */
function nestedIn(functions: readonly CodeFunction[]): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  const seen = new Set<Term>();
  const look = (word: Word): void => {
    if (!isTerm(word) || seen.has(word)) return;
    seen.add(word);
    const [, , within = 0n] = word.args;
    const outer = isOp(word, 'keccak') && isOp(within, 'keccak') ? within.args[2] : undefined;
    if (typeof outer === 'bigint') found.add(wordOf(outer));
    word.args.forEach(look);
  };
  for (const { ways } of functions) {
    for (const { demands, paths } of ways) {
      for (const { term } of demands) look(term);
      for (const effect of paths.flatMap(({ effects }) => effects))
        if (effect.type === 'store') look(effect.slot);
    }
  }
  return found;
}
