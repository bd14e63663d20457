/** Contracts that are used take assets, and nothing comes back: a swap or a withdrawal to someone else. */
import { list, short } from '../../words.ts';
import type { Finding } from '../facts.ts';
import { isListed } from '../listed.ts';
import { describePayment, isMovedByOthers, unreturned } from '../payments.ts';

export const oneWay: Finding = {
  id: 'one-way',
  severity: 'medium',
  decision: 'HOLD',
  about: 'effects',
  find: ({ chainId, organisation, before, outcome }) => {
    if (!outcome.simulated) return [];
    const gone = unreturned(outcome.payments, outcome.actors)
      .filter((payment) => isMovedByOthers(payment, organisation, chainId))
      .filter(({ to }) => !isListed(organisation, chainId, to));
    if (gone.length === 0) return [];
    const takers = [...new Set(gone.flatMap(({ by }) => by))];
    return [
      {
        title: 'assets leave and nothing comes back',
        sentence: `${list(takers.map(short))} takes assets, and nothing comes back for them.`,
        detail: `${list(gone.map((payment) => describePayment(payment, before)))}. A swap, a deposit or a withdrawal brings something back to the same account; where it does not, whoever is named as its receiver has it. Read the receiver in the call.`,
        toSign:
          'The same with your own account as the receiver, or the receiver listed under payees.',
        evidence: gone.map(({ from, to, token, amount }) => ({
          read: `${token === null ? 'ether' : `token ${token}`} from ${from} to ${to}`,
          value: String(amount),
        })),
      },
    ];
  },
};
