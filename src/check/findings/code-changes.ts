/** Other code runs at an account behind a position: whoever holds power by it, what they can do is new. */
import type { Address } from 'viem';
import type { Discovered } from '../../chains/evm/discover.ts';
import type { Evidence } from '../../power/model.ts';
import { shortId } from '../../words.ts';
import type { Finding, Found } from '../facts.ts';

export const codeChanges: Finding = {
  id: 'code-changes',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: ({ before, outcome }) => {
    if (!outcome.simulated) return [];
    const { touched } = outcome;
    return [
      ...changesBetween(before.found, outcome.after.found),
      ...changesBetween(touched.before.found, touched.after.found),
    ];
  },
};

const changesBetween = (
  before: readonly Discovered[],
  after: readonly Discovered[],
): readonly Found[] =>
  [...new Set(before.map(({ frame }) => frame.account))]
    .filter((account) => after.some(({ frame }) => frame.account === account))
    .filter((account) => codeOf(before, account) !== codeOf(after, account))
    .map((account) => ({
      title: `other code will run at ${shortId(account)}`,
      sentence: `Other code will run at ${shortId(account)}.`,
      detail: `At ${account} ran ${kindsOf(before, account)}; after this, ${kindsOf(after, account)}. Confirm that this upgrade is meant, and that the new code is the one that was reviewed.`,
      toSign: 'Nothing but your own confirmation: code is not listed in castellan.yaml.',
      evidence: [
        ...codeEvidence('before', before, account),
        ...codeEvidence('after', after, account),
      ],
    }));

const framesAt = (found: readonly Discovered[], account: Address): readonly Discovered[] =>
  found.filter(({ frame }) => frame.account === account);

const codeOf = (found: readonly Discovered[], account: Address): string =>
  framesAt(found, account)
    .map(({ frame: { codeAt, codeHash } }) => `${codeAt} ${codeHash}`)
    .sort()
    .join();

const kindsOf = (found: readonly Discovered[], account: Address): string =>
  framesAt(found, account)
    .map(({ frame: { codeAt }, readings }) => {
      const kinds = readings.map(({ kind }) => kind).join(' and ') || 'code that no reader knows';
      return codeAt === account ? kinds : `${kinds} at ${codeAt}`;
    })
    .join(', ');

const codeEvidence = (
  when: string,
  found: readonly Discovered[],
  account: Address,
): readonly Evidence[] =>
  framesAt(found, account).map(({ frame: { codeAt, codeHash } }) => ({
    read: `${when}: code hash ${codeAt}`,
    value: codeHash,
  }));
