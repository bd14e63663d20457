/** Something that the answer rests on could not be read. Missing data is never clean. */

import type { PowerMap } from '../../map/map.ts';
import { leavesBehind } from '../../power/graph.ts';
import { taking } from '../../power/model.ts';
import { count, fullId, list, shortId } from '../../words.ts';
import type { Facts, Finding, Found } from '../facts.ts';
import { uniqueBy } from '../unique.ts';

export const unread: Finding = {
  id: 'unread',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: (facts) => [
    ...unknownWallet(facts),
    ...notSimulated(facts),
    ...opaquePower(facts),
    ...cutShort(facts.before),
    ...(facts.outcome.simulated ? cutShort(facts.outcome.after) : []),
  ],
};

function unknownWallet({ safe }: Facts): readonly Found[] {
  if (safe === null || safe.noWallet === null) return [];
  const { noWallet, proposal } = safe;
  const { transaction } = proposal;
  return [
    {
      title: 'the wallet could not be read as a Safe',
      sentence: `${transaction.safe} could not be read as a Safe.`,
      detail: `${noWallet}. Its owners, its hashes and its signatures cannot be verified. Check the address and the chain; if both are right, its code or its storage was changed.`,
      toSign: 'A wallet that runs the published code of a Safe.',
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
      detail: `${outcome.reason}. The node must offer debug_traceCall or eth_simulateV1 at this block.`,
      toSign: `That it can be simulated. ${outcome.reason}.`,
      evidence: [],
    },
  ];
}

/** The opaque accounts on which power to take a position rests, before the transaction or after it. */
function opaquePower({ before, outcome }: Facts): readonly Found[] {
  const maps = outcome.simulated ? [before, outcome.after] : [before];
  const accounts = [...new Set(maps.flatMap(opaqueBehind))];
  if (accounts.length === 0) return [];
  const unread = new Map(maps.flatMap((map) => map.unread).map((each) => [each.account, each]));
  const are = accounts.length === 1 ? 'has' : 'have';
  return [
    {
      title: `${count(accounts.length, 'account')} with power could not be read`,
      sentence: `${list(accounts.map(shortId))} ${are} power and could not be read.`,
      detail: accounts
        .map((account) => `${fullId(account)}: ${unread.get(account)?.reason ?? 'not read'}.`)
        .join('\n'),
      toSign: 'Power that does not rest on an account that cannot be read.',
      evidence: uniqueBy(
        maps
          .flatMap(({ rules }) => rules)
          .filter(({ requires }) => requires.type === 'leaf' && accounts.includes(requires.id))
          .flatMap(({ evidence }) => evidence),
        ({ read, value }) => `${read} ${value}`,
      ),
    },
  ];
}

const opaqueBehind = ({ rules, positions }: PowerMap): readonly string[] =>
  positions
    .flatMap(({ account }) => leavesBehind(rules, taking(rules, account)))
    .filter(({ kind }) => kind === 'opaque')
    .map(({ id }) => id);

/** Positions whose coalitions were not all found. */
function cutShort(map: PowerMap): readonly Found[] {
  return map.powers
    .filter(({ coalitions }) => !coalitions.complete)
    .map(({ position, coalitions }) => ({
      title: `not every coalition over ${shortId(position.account)} was examined`,
      sentence: `Who can take ${shortId(position.account)} was examined only up to ${count(coalitions.examinedTo, 'holder')}.`,
      detail: `${fullId(position.account)} rests on too many holders for all their sets to be tried.`,
      toSign: 'Fewer holders behind one account.',
      evidence: [],
    }));
}
