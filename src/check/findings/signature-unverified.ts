/** A signature that cannot be judged from here: a contract's, or an approval that is not on chain. */

import { count, list, short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const signatureUnverified: Finding = {
  id: 'signature-unverified',
  severity: 'medium',
  decision: 'HOLD',
  about: 'request',
  find: ({ safe }) => {
    const unknown = (safe?.signatures ?? []).filter(({ counts }) => counts === 'unknown');
    if (unknown.length === 0) return [];
    const owners = unknown.flatMap(({ signer }) => (signer === null ? [] : [short(signer)]));
    return [
      {
        title: `${count(unknown.length, 'signature')} could not be verified`,
        sentence: `${count(unknown.length, 'signature')} could not be verified, in the name of ${list(owners)}.`,
        detail:
          'A contract judges its own signatures, and an approval counts once it is on chain. Ask these owners whether they approved exactly this hash.',
        toSign: 'Signatures that can be verified: by keys, or approvals that are on chain.',
        evidence: unknown.map(({ kind, signature }) => ({ read: kind, value: signature })),
      },
    ];
  },
};
