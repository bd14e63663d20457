/** Assets leave for an account that the organisation does not list. */
import { accountId } from '../../chains/evm/values.ts';
import { list, short } from '../../words.ts';
import type { Finding, Payment } from '../facts.ts';
import { isListed } from '../listed.ts';
import { describePayment, isMovedByOthers } from '../payments.ts';

export const unknownPayee: Finding = {
  id: 'unknown-payee',
  severity: 'medium',
  decision: 'HOLD',
  about: 'effects',
  find: ({ chainId, organisation, before, outcome }) => {
    if (!outcome.simulated) return [];
    const unknown = outcome.payments
      .filter(({ from }) => outcome.actors.includes(from))
      .filter(({ to }) => !isListed(organisation, chainId, to))
      .filter((payment: Payment) => !isMovedByOthers(payment, organisation, chainId));
    if (unknown.length === 0) return [];
    const payees = [...new Set(unknown.map(({ to }) => to))];
    const ids = payees.map((payee) => accountId(chainId, payee)).join(', ');
    return [
      {
        title: 'payment to an unlisted account',
        sentence: `castellan.yaml does not list ${list(payees.map(short))} as a payee.`,
        detail: `${list(unknown.map((payment) => describePayment(payment, before)))}. If you know the account, list it in castellan.yaml: ${ids}. Take the address from your own records, never from a message.`,
        toSign: `List in castellan.yaml, under payees: ${ids}.`,
        evidence: unknown.map(({ from, to, token, amount }) => ({
          read: `${token === null ? 'ether' : `token ${token}`} from ${from} to ${to}`,
          value: String(amount),
        })),
      },
    ];
  },
};
