/** Someone may take tokens from then on: power that outlives the transaction. */
import { fullId, list, short } from '../../words.ts';
import type { Approval, Finding } from '../facts.ts';
import { isOwn } from '../listed.ts';

export const approval: Finding = {
  id: 'approval',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: ({ chainId, organisation, outcome }) => {
    if (!outcome.simulated) return [];
    const given = outcome.approvals.filter(
      ({ allowance, isExpected }) =>
        !isExpected && !isOwn(organisation, chainId, allowance.spender),
    );
    if (given.length === 0) return [];
    const spenders = [...new Set(given.map(({ allowance }) => allowance.spender))];
    return [
      {
        title: `${list(spenders.map(short))} may take tokens from then on`,
        sentence: `It lets ${list(spenders.map(short))} take ${given.some(({ isWhole }) => isWhole) ? 'all of a token' : 'tokens'}, now or years later.`,
        detail: `${given.map(describeApproval).join(' ')} An allowance stands until it is used or taken back. In September 2025 a client of Request Finance lost its tokens through one, to a look-alike of the contract that was meant.`,
        toSign: `List in castellan.yaml, under contracts, with its allowances: ${spenders.join(', ')}.`,
        evidence: given.flatMap(({ allowance }) => allowance.evidence),
      },
    ];
  },
};

const describeApproval = ({ allowance, before, isWhole }: Approval): string =>
  `${allowance.spender} may take ${isWhole ? 'all' : `${allowance.value.limit} base units`} of token ${fullId(allowance.value.spend)} from ${allowance.position}, by ${allowance.value.by}; before, ${before === 0n ? 'nothing' : before}.`;
