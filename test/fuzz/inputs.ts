/** The inputs of a run: each by its place. */
import { randomAt } from './random.ts';
import type { Target } from './target.ts';

export interface Input {
  readonly target: Target;
  readonly input: string;
}

/** The input at a place of the run with this seed, for one of some decoders: always the same. */
export function inputAt(targets: readonly Target[], seed: number, place: number): Input {
  const random = randomAt(seed, place);
  const target = pickByShare(
    targets,
    random.below(targets.reduce((sum, { share }) => sum + share, 0)),
  );
  const { corpus, mutate } = target;
  return { target, input: mutate(random, random.pick(corpus), corpus) };
}

function pickByShare(targets: readonly Target[], drawn: number): Target {
  let left = drawn;
  for (const target of targets) {
    left -= target.share;
    if (left < 0) return target;
  }
  throw new Error('no decoder to pick');
}
