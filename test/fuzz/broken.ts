/** Decoders with bugs: what a run of the others must not miss. */
import { InputError } from '../../src/errors.ts';
import { mutateText } from './mutate.ts';
import type { Target } from './target.ts';

const broken = (name: string, decode: Target['decode']): Target => ({
  name,
  corpus: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  mutate: mutateText,
  share: 1,
  decode,
});

export const TARGETS: readonly Target[] = [
  broken('throws', (input) => {
    if (input.includes('7')) throw new TypeError('seven is not a number');
  }),
  broken('hangs', (input) => {
    while (input === '77');
  }),
  broken('is slow', (input) => {
    const end = Date.now() + (input === '33' ? 300 : 0);
    while (Date.now() < end);
  }),
  broken('refuses without saying what', (input) => {
    if (input.includes('5')) throw new InputError('elsewhere', 'no');
  }),
  broken('ends all', (input) => {
    if (input === '99') process.exit(3);
  }),
];
