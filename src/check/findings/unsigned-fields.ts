/** The document shows what no signature covers: it was put there to be read, not to be signed. */
import { list } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const unsignedFields: Finding = {
  id: 'unsigned-fields',
  severity: 'high',
  decision: 'HOLD',
  about: 'request',
  find: ({ request }) => {
    if (request.kind !== 'message' || request.message.unsigned.length === 0) return [];
    const { unsigned } = request.message;
    return [
      {
        title: 'fields are shown that are not signed',
        sentence: `It shows ${list(unsigned)}, which the signature does not cover.`,
        detail:
          'Only the fields that its types name are signed. What stands beside them may say anything, and whoever has the signature need not keep to it.',
        toSign: 'The same message without what is not signed.',
        evidence: unsigned.map((path) => ({ read: 'not signed', value: path })),
      },
    ];
  },
};
