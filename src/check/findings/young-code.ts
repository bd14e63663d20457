/** Code that was put there a short while ago: positioning comes days or minutes before the theft. */

import { list, short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const youngCode: Finding = {
  id: 'young-code',
  severity: 'medium',
  decision: 'HOLD',
  about: 'effects',
  find: ({ outcome }) => {
    if (!outcome.simulated || outcome.young.length === 0) return [];
    const { young } = outcome;
    return [
      {
        title: `new code at ${list(young.map(({ account }) => short(account)))}`,
        sentence: `The code at ${list(young.map(({ account }) => short(account)))} is new.`,
        detail: `${young.map(({ account, blocks }) => `${account} had no code ${blocks} blocks ago.`).join(' ')} Bybit's thieves put their code up three days before, those of Request Finance twelve days before. Find out who put it there.`,
        toSign: 'List the contract in castellan.yaml once you know whose it is.',
        evidence: young.map(({ account, blocks }) => ({
          read: `code ${account} ${blocks} blocks before`,
          value: 'no code',
        })),
      },
    ];
  },
};
