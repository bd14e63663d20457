/** The nonce is not the Safe's next one: it was used already, or others come first. */
import type { Finding } from '../facts.ts';

export const nonceMismatch: Finding = {
  id: 'nonce-mismatch',
  severity: 'medium',
  decision: 'HOLD',
  about: 'request',
  find: ({ safe }) => {
    if (safe === null || safe.wallet === null) return [];
    const { wallet, proposal } = safe;
    const { transaction } = proposal;
    if (wallet.nonce.value === transaction.nonce) return [];
    const { value: next, evidence } = wallet.nonce;
    const isUsed = transaction.nonce < next;
    return [
      {
        title: isUsed ? 'the nonce was used already' : 'other transactions come first',
        sentence: isUsed
          ? `Nonce ${transaction.nonce} was used already: the next is ${next}.`
          : `Nonce ${transaction.nonce} is not next: the Safe is at ${next}.`,
        detail: isUsed
          ? 'It can never execute. Ask why it is shown for signing.'
          : 'What is said here is true of the state as it is now; the transactions before it may change that. Check them first.',
        toSign: 'The next nonce of the Safe.',
        evidence,
      },
    ];
  },
};
