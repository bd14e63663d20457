/** It was not proposed yet: its hash is known only once it has its nonce. */
import type { Finding } from '../facts.ts';

export const draft: Finding = {
  id: 'draft',
  severity: 'info',
  decision: 'SIGN',
  about: 'request',
  find: ({ isDraft, safe }) => {
    if (!isDraft || safe === null) return [];
    const { nonce } = safe.proposal.transaction;
    return [
      {
        title: 'not proposed yet',
        sentence: `It was not proposed yet; ${nonce} is the next nonce.`,
        detail: `Its hashes are those of nonce ${nonce}, the next one, with the usual MultiSend where there are several calls. Check again what is proposed in the end: with another nonce, or another MultiSend, it has another hash.`,
        toSign: 'It does not hold: it is only to be known.',
        evidence: safe.wallet?.nonce.evidence ?? [],
      },
    ];
  },
};
