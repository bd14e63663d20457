/** What is signed is good on other chains, too. */
import type { Facts, Finding } from '../facts.ts';

export const replayable: Finding = {
  id: 'replayable',
  severity: 'low',
  decision: 'SIGN',
  about: 'request',
  find: (facts) => {
    const what = unboundBy(facts);
    if (what === null) return [];
    return [
      {
        title: 'the signature names no chain',
        sentence: 'The signature is good on every chain.',
        detail: `${what} Whoever has the signatures may use them wherever the same address answers to the same keys. If you have one on other chains, keep its nonce there beyond this one, or move it to a version that signs the chain.`,
        toSign: 'It does not hold: it is only to be known.',
        evidence: [],
      },
    ];
  },
};

function unboundBy({ request, safe }: Facts): string | null {
  switch (request.kind) {
    case 'safe':
      return safe?.wallet != null && ['1.0.0', '1.1.1', '1.2.0'].includes(safe.wallet.version)
        ? `A Safe ${safe.wallet.version} signs its address and nonce, and no chain.`
        : null;
    case 'transaction':
      return request.transaction.isSigned && request.transaction.chainId === null
        ? 'A transaction from before EIP-155 has no chain in it.'
        : null;
    case 'message':
      return request.message.domain !== null && request.message.chainId === null
        ? 'The domain of the message has no chain in it.'
        : null;
  }
}
