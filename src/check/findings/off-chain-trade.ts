/** An order that is signed off chain: whoever has it may take what it offers. */
import { utc } from '../../words.ts';
import type { Finding } from '../facts.ts';
import { describeAmounts, returnsOf, tradesIn } from '../trades.ts';

export const offChainTrade: Finding = {
  id: 'off-chain-trade',
  severity: 'high',
  decision: 'HOLD',
  about: 'request',
  find: ({ request, actor, before }) =>
    tradesIn(request)
      .filter((trade) => returnsOf(trade, actor).length > 0)
      .map((trade) => {
        const [gives, gets] = [trade.gives, returnsOf(trade, actor)].map((each) =>
          describeAmounts(each, before),
        );
        const taker = trade.counterparty === null ? 'Anyone' : trade.counterparty;
        return {
          title: 'an order to trade, good until it is taken or ends',
          sentence: `It offers ${gives} for ${gets}.`,
          detail: `${taker} may take it${trade.expires === null ? ', for ever' : ` until ${utc(Number(trade.expires))}`}. No chain shows an order until it is taken, and no device shows what it is worth. Compare both sides with a price from elsewhere.`,
          toSign: 'Your own confirmation of both sides: an order is always held.',
          evidence: [{ read: 'order', value: `${gives} for ${gets}` }],
        };
      }),
};
