/** Foreign code is run on a wallet's own storage: it may write anything there. */

import { list, short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const foreignCode: Finding = {
  id: 'foreign-code',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: ({ outcome }) => {
    if (!outcome.simulated || outcome.foreignCode.length === 0) return [];
    return [
      {
        title: `delegatecall to foreign code at ${list(outcome.foreignCode.map(short))}`,
        sentence: `It runs foreign code of ${list(outcome.foreignCode.map(short))} as the account itself.`,
        detail: `A delegatecall gives ${outcome.foreignCode.join(', ')} the storage and the name of whoever makes it. Only Safe's MultiSend is known to do no more than make the calls it is given; a payment never needs another.`,
        toSign: 'The same by a plain call, or through MultiSend.',
        evidence: outcome.foreignCode.map((to) => ({ read: 'delegatecall', value: to })),
      },
    ];
  },
};
