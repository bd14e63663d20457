/** Something that the answer rests on could not be read. Missing data is never clean. */

import type { PowerMap } from '../../map/map.ts';
import { leavesBehind } from '../../power/coalitions.ts';
import { type Evidence, taking } from '../../power/model.ts';
import { count, fullId, list, shortId } from '../../words.ts';
import type { Facts, Finding, Found } from '../facts.ts';

export const unread: Finding = {
  id: 'unread',
  severity: 'high',
  decision: 'HOLD',
  find: (facts) => [
    ...unknownWallet(facts),
    ...notSimulated(facts),
    ...opaquePower(facts.before, 'before'),
    ...(facts.outcome.simulated ? opaquePower(facts.outcome.after, 'after') : []),
    ...cutShort(facts.before),
    ...(facts.outcome.simulated ? cutShort(facts.outcome.after) : []),
  ],
};

function unknownWallet({ wallet, proposal: { transaction } }: Facts): readonly Found[] {
  if (wallet !== null) return [];
  return [
    {
      title: 'no known Safe stands at this address',
      sentence: `${transaction.safe} does not run the published code of any Safe.`,
      detail:
        'Its owners, its hashes and its signatures cannot be verified. Check the address and the chain; if both are right, its code was replaced.',
      evidence: [],
    },
  ];
}

function notSimulated({ outcome }: Facts): readonly Found[] {
  if (outcome.simulated) return [];
  return [
    {
      title: 'the transaction could not be simulated',
      sentence: 'What it would do could not be found out.',
      detail: `${outcome.reason}. Use a node that offers debug_traceCall or eth_simulateV1 at this block.`,
      evidence: [],
    },
  ];
}

/** The opaque accounts on which power to take a position rests. */
function opaquePower(map: PowerMap, when: 'before' | 'after'): readonly Found[] {
  const behind = map.positions.flatMap(({ account }) =>
    leavesBehind(map.rules, taking(map.rules, account)).filter(({ kind }) => kind === 'opaque'),
  );
  const accounts = [...new Set(behind.map(({ id }) => id))];
  if (accounts.length === 0) return [];
  const reasons = accounts.map((account): Evidence => {
    const known = map.unread.find((each) => each.account === account);
    return { read: `code ${fullId(account)}`, value: known?.reason ?? 'not read' };
  });
  return [
    {
      title: `${count(accounts.length, 'account')} with power ${when} the transaction could not be read`,
      sentence: `${list(accounts.map(shortId))} has power ${when} the transaction and could not be read.`,
      detail: reasons.map(({ read, value }) => `${read}: ${value}.`).join('\n'),
      evidence: reasons,
    },
  ];
}

/** Positions whose coalitions were not all found. */
function cutShort(map: PowerMap): readonly Found[] {
  return map.powers
    .filter(({ coalitions }) => !coalitions.complete)
    .map(({ position, coalitions }) => ({
      title: `not every coalition over ${shortId(position.account)} was examined`,
      sentence: `Who can take ${shortId(position.account)} was examined only up to ${count(coalitions.examinedTo, 'holder')}.`,
      detail: `${fullId(position.account)} rests on too many holders for all their sets to be tried.`,
      evidence: [],
    }));
}
