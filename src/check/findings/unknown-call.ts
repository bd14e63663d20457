/** A position gives orders to other code: it may approve, permit or hand over something there. */

import { count, list, short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const unknownCall: Finding = {
  id: 'unknown-call',
  severity: 'medium',
  decision: 'HOLD',
  find: ({ outcome }) => {
    if (!outcome.simulated || outcome.unknownCalls.length === 0) return [];
    const calls = outcome.unknownCalls.map(({ to, selector }) => `${selector} on ${short(to)}`);
    return [
      {
        title: `${count(calls.length, 'call')} of unknown effect`,
        sentence: `It calls ${list(calls)}; what that does there is not known.`,
        detail:
          'What such a call gives away at its target (an approval, a role, a signed message) does not show in who controls the wallet. Find out what the function does before signing.',
        evidence: outcome.unknownCalls.map(({ to, selector }) => ({
          read: `call ${to}`,
          value: selector,
        })),
      },
    ];
  },
};
