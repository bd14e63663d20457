/** Someone acts on other code: it may permit or hand over something there. */

import { count, list, short } from '../../words.ts';
import type { CallToUnknown, Finding } from '../facts.ts';

export const unknownCall: Finding = {
  id: 'unknown-call',
  severity: 'medium',
  decision: 'HOLD',
  about: 'effects',
  find: ({ outcome }) => {
    if (!outcome.simulated || outcome.unknownCalls.length === 0) return [];
    const calls = outcome.unknownCalls.map(describeCall);
    return [
      {
        title: `${count(calls.length, 'call')} of unknown effect`,
        sentence: `It calls ${list(calls)}; what that does there is not known.`,
        detail:
          'What such a call gives away at its target (a role, a signed message, a promise) does not show in who controls the wallet. Find out what the function does before signing.',
        toSign: `List in castellan.yaml, under contracts, what you use: ${list(calls)}.`,
        evidence: outcome.unknownCalls.map(({ to, selector }) => ({
          read: to === null ? 'create' : `call ${to}`,
          value: selector,
        })),
      },
    ];
  },
};

function describeCall({ to, selector, signature }: CallToUnknown): string {
  if (to === null) return 'new code into being';
  return `${signature ?? (selector === '0x' ? 'the fallback' : selector)} on ${short(to)}`;
}
