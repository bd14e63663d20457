/** "Did you mean?": the known word that is nearest to one that is not known. */
import { closest, distance } from 'fastest-levenshtein';

/** Letters that may differ, and at most this part of the word. */
const MAX_DISTANCE = 3;
const MAX_SHARE = 0.5;
/** A longer word is no slip of a known one. */
const MAX_LENGTH = 64;

/** `; did you mean positions?`, or nothing where no known word is near. */
export function suggestion(word: string, known: readonly string[]): string {
  if (known.length === 0 || word.length > MAX_LENGTH) return '';
  const nearest = closest(word, known);
  const isNear = distance(word, nearest) <= Math.min(MAX_DISTANCE, nearest.length * MAX_SHARE);
  return isNear ? `; did you mean ${nearest}?` : '';
}
