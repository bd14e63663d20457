/** An order that gives assets and brings nothing back to whoever signs: it is no trade. */
import type { Finding } from '../facts.ts';
import { describeAmounts, returnsOf, tradesIn } from '../trades.ts';

export const offChainGift: Finding = {
  id: 'off-chain-gift',
  severity: 'critical',
  decision: 'REJECT',
  about: 'request',
  find: ({ request, actor, before }) =>
    tradesIn(request)
      .filter((trade) => trade.gives.length > 0 && returnsOf(trade, actor).length === 0)
      .map((trade) => ({
        title: 'an order that gives assets away',
        sentence: `It gives ${describeAmounts(trade.gives, before)} to whoever has the signature, for nothing.`,
        detail:
          'Nothing comes back to the signer. Phishing pages ask for such orders, since a wallet shows them as a listing or a login, and no transaction is needed to use one.',
        toSign: 'An order that pays the signer.',
        evidence: [
          {
            read: 'order',
            value: `${describeAmounts(trade.gives, before)} for ${describeAmounts(trade.gets, before)}`,
          },
        ],
      })),
};
