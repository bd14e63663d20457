/** The hash that a proposal claims is not the hash of what it says. */
import type { Finding } from '../facts.ts';

export const hashMismatch: Finding = {
  id: 'hash-mismatch',
  severity: 'critical',
  decision: 'REJECT',
  find: ({ hashes, proposal: { claimedHash } }) => {
    if (hashes === null || claimedHash === null || claimedHash === hashes.safeTxHash) return [];
    return [
      {
        title: 'the claimed hash belongs to another transaction',
        sentence: 'The hash given with this transaction belongs to another one.',
        detail: `Claimed ${claimedHash}; the bytes given hash to ${hashes.safeTxHash}. Whoever signs the claimed hash signs something that is not shown here.`,
        evidence: [{ read: 'claimed safeTxHash', value: claimedHash }],
      },
    ];
  },
};
