/** Assets leave for an account that the organisation does not list. */
import { accountId } from '../../chains/evm/values.ts';
import { coinIn } from '../../map/wording.ts';
import { formatAmount, list, short } from '../../words.ts';
import type { Facts, Finding, Payment } from '../facts.ts';

export const unknownPayee: Finding = {
  id: 'unknown-payee',
  severity: 'medium',
  decision: 'HOLD',
  find: (facts) => {
    const unknown = paymentsToUnknown(facts);
    if (unknown.length === 0) return [];
    const payees = [...new Set(unknown.map(({ to }) => to))];
    return [
      {
        title: 'payment to an unlisted account',
        sentence: `castellan.yaml does not list ${list(payees.map(short))} as a payee.`,
        detail: `${list(unknown.map((payment) => describe(payment, coinIn(facts.before.positions))))}. If you know the account, list it in castellan.yaml: ${payees.map((payee) => accountId(facts.chainId, payee)).join(', ')}. Take the address from your own records, never from a message.`,
        evidence: unknown.map(({ from, to, token, amount }) => ({
          read: `${token === null ? 'ether' : `token ${token}`} from ${from} to ${to}`,
          value: String(amount),
        })),
      },
    ];
  },
};

function paymentsToUnknown({ chainId, organisation, before, outcome }: Facts): readonly Payment[] {
  if (!outcome.simulated) return [];
  const own = new Set(before.positions.map(({ account }) => account));
  const known = new Set([
    ...own,
    ...[...organisation.payees, ...organisation.positions].map(({ account }) => account),
  ]);
  return outcome.payments
    .filter(({ from }) => own.has(accountId(chainId, from)))
    .filter(({ to }) => !known.has(accountId(chainId, to)));
}

const describe = ({ token, amount, to }: Payment, coin: string): string =>
  token === null
    ? `${formatAmount(amount, 18)} ${coin} leave for ${to}`
    : `${amount} base units of token ${token} leave for ${to}`;
