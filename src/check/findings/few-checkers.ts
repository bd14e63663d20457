/** castellan.yaml wants several people to have checked: one alone never suffices. */
import type { Finding } from '../facts.ts';

export const fewCheckers: Finding = {
  id: 'few-checkers',
  severity: 'medium',
  decision: 'HOLD',
  about: 'request',
  find: ({ organisation: { policy } }) => {
    if (policy.checkers === 1) return [];
    return [
      {
        title: `${policy.checkers} people must have checked`,
        sentence: `castellan.yaml wants ${policy.checkers} people to have checked it.`,
        detail:
          'Each writes what they found with --attest, on a machine of their own, from a node of their own, at the same block; castellan compare says whether all found the same.',
        toSign: `castellan compare with the attestations of ${policy.checkers} people.`,
        evidence: [],
      },
    ];
  },
};
