/** An account of the signer's runs other code from then on (EIP-7702): whoever writes it is the account. */
import { zeroAddress } from 'viem';
import { short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const delegation: Finding = {
  id: 'delegation',
  severity: 'high',
  decision: 'HOLD',
  about: 'request',
  find: ({ request }) => {
    if (request.kind !== 'transaction') return [];
    return request.transaction.authorizations
      .filter(({ delegate }) => delegate !== zeroAddress)
      .map(({ authority, delegate, chainId }) => {
        const who =
          authority === null ? 'an account that its signature does not name' : short(authority);
        const where = chainId === 0n ? 'on every chain' : `on chain ${chainId}`;
        return {
          title: `${who} will run the code at ${short(delegate)}`,
          sentence: `${who} runs the code at ${short(delegate)} from then on, ${where}.`,
          detail: `The code at ${delegate} acts as ${authority ?? 'the account'} until another authorisation takes it back, also when the transaction itself fails. In 2025 such delegations emptied wallets in one batch. Confirm that this code is your wallet's own.`,
          toSign: 'A transaction without authorisations, or your own confirmation of this code.',
          evidence: [{ read: `authorisation of ${authority ?? 'nobody'}`, value: delegate }],
        };
      });
  },
};
