/** A word is written where power is kept, and no reader says what it means. */

import { count, short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const unexplainedWrite: Finding = {
  id: 'unexplained-write',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: ({ outcome }) => {
    if (!outcome.simulated || outcome.unexplained.length === 0) return [];
    const { unexplained } = outcome;
    const accounts = [...new Set(unexplained.map(({ account }) => account))];
    const meanings = unexplained.flatMap(({ account, enters }) =>
      enters === null
        ? []
        : [`It enters ${enters.member} as ${enters.as} of ${account}, beside its list.`],
    );
    return [
      {
        title: `${count(unexplained.length, 'write')} of unknown meaning where power is kept`,
        sentence: `It writes to ${accounts.map(short).join(', ')} what no reader can explain.`,
        detail: `${[...meanings, 'What is written there may let someone act later, and shows in no list of owners or modules.'].join(' ')} Find out which function writes it, and what it means.`,
        toSign: 'The same by functions whose effect is known.',
        evidence: unexplained.map(({ account, slot, value }) => ({
          read: `after: storage ${account} slot ${slot}`,
          value,
        })),
      },
    ];
  },
};
