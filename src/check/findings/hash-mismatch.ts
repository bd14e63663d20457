/** The hash that a proposal claims is not the hash of what it says. */
import type { Finding } from '../facts.ts';

export const hashMismatch: Finding = {
  id: 'hash-mismatch',
  severity: 'critical',
  decision: 'REJECT',
  about: 'request',
  find: ({ safe }) => {
    const claimedHash = safe?.proposal.claimedHash ?? null;
    const hashes = safe?.hashes ?? null;
    if (hashes === null || claimedHash === null || claimedHash === hashes.safeTxHash) return [];
    return [
      {
        title: 'the claimed hash belongs to another transaction',
        sentence: 'The hash given with this transaction belongs to another one.',
        detail: `Claimed ${claimedHash}; the bytes given hash to ${hashes.safeTxHash}. Whoever signs the claimed hash signs something that is not shown here.`,
        toSign: 'The hash of these bytes, or the bytes of that hash.',
        evidence: [{ read: 'claimed safeTxHash', value: claimedHash }],
      },
    ];
  },
};
