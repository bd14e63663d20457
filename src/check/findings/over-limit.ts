/** A listed payee is paid more than the organisation said that it ever is in one transaction. */
import { parseUnits } from 'viem';
import { accountId } from '../../chains/evm/values.ts';
import type { Limit } from '../../org/org.ts';
import { isCoin } from '../../org/references.ts';
import { formatAmount, shortId } from '../../words.ts';
import type { Facts, Finding, Found } from '../facts.ts';

export const overLimit: Finding = {
  id: 'over-limit',
  severity: 'medium',
  decision: 'HOLD',
  about: 'effects',
  find: (facts) =>
    facts.organisation.payees.flatMap(({ account, name, limits = [] }) =>
      limits.flatMap((limit) => overOne(facts, account, name, limit)),
    ),
};

function overOne(
  { organisation, outcome, chainId }: Facts,
  payee: string,
  name: string,
  limit: Limit,
): readonly Found[] {
  const asset = organisation.assets.find((each) => each.asset === limit.asset);
  if (!outcome.simulated || asset === undefined) return [];
  const paid = outcome.payments
    .filter(({ from, to }) => outcome.actors.includes(from) && accountId(chainId, to) === payee)
    .filter(({ token }) =>
      token === null ? isCoin(limit.asset) : limit.asset.endsWith(`/erc20:${token}`),
    )
    .reduce((sum, { amount }) => sum + amount, 0n);
  if (paid <= parseUnits(limit.amount, asset.decimals)) return [];
  const amount = `${formatAmount(paid, asset.decimals)} ${asset.symbol}`;
  return [
    {
      title: `a payment to ${name} is over its limit`,
      sentence: `${name} is paid ${amount}, over its limit of ${limit.amount}.`,
      detail: `castellan.yaml says that ${name} (${shortId(payee)}) is paid at most ${limit.amount} ${asset.symbol} in one transaction; this one pays ${amount}. If that is right, say so in castellan.yaml.`,
      toSign: 'A payment within the limit, or a higher limit in castellan.yaml.',
      evidence: [{ read: `${limit.asset} to ${payee}`, value: String(paid) }],
    },
  ];
}
