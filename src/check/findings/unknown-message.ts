/** A message is signed of which it is not known what it permits. */

import type { Finding } from '../facts.ts';

export const unknownMessage: Finding = {
  id: 'unknown-message',
  severity: 'high',
  decision: 'HOLD',
  about: 'request',
  find: ({ request }) => {
    if (request.kind !== 'message' || request.message.unknown === null) return [];
    const { unknown, hashes, primaryType } = request.message;
    return [
      {
        title: 'what the signature permits is not known',
        sentence: 'What this signature permits is not known.',
        detail: `${unknown}. A signature needs no transaction to be used, and no chain shows it before. Ask whoever wants it what it is for, by another way than the one it came by.`,
        toSign: 'A message of a kind that is known.',
        evidence: [{ read: primaryType ?? 'message', value: hashes.digest }],
      },
    ];
  },
};
