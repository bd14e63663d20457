/** Other code runs at an account behind a position: whoever holds power by it, what they can do is new. */
import type { Address } from 'viem';
import type { Discovered } from '../../chains/evm/discover.ts';
import type { Evidence } from '../../power/model.ts';
import { shortId } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const codeChanges: Finding = {
  id: 'code-changes',
  severity: 'high',
  decision: 'HOLD',
  find: ({ before, outcome }) => {
    if (!outcome.simulated) return [];
    const { after } = outcome;
    return [...new Set(before.found.map(({ frame }) => frame.account))]
      .filter((account) => after.found.some(({ frame }) => frame.account === account))
      .filter((account) => codeOf(before.found, account) !== codeOf(after.found, account))
      .map((account) => ({
        title: `other code will run at ${shortId(account)}`,
        sentence: `Other code will run at ${shortId(account)}.`,
        detail: `At ${account} ran ${kindsOf(before.found, account)}; after this, ${kindsOf(after.found, account)}. Confirm that this upgrade is meant, and that the new code is the one that was reviewed.`,
        evidence: [
          ...codeEvidence('before', before.found, account),
          ...codeEvidence('after', after.found, account),
        ],
      }));
  },
};

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
