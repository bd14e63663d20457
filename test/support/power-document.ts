/** Documents of power for tests of how they are shown, without a chain. */
import { zeroHash } from 'viem';
import { type PowerDocument, toPowerDocument } from '../../src/map/document.ts';
import { analyse } from '../../src/power/analysis.ts';
import type { Holding, Position, Requirement, Rule, Unread } from '../../src/power/model.ts';
import { stateOfReads } from './states.ts';

/** A rule by no reader of ours. */
export const rule = (
  grants: Rule['grants'],
  requires: Requirement,
  more: Partial<Rule> = {},
): Rule => ({ grants, requires, reader: 'test', evidence: [], ...more });

/** Some ether, and what it is worth. */
export const ether = (amount: bigint, usdCents: bigint | null): Holding => ({
  asset: 'eip155:1/slip44:60',
  symbol: 'ETH',
  decimals: 18,
  amount: amount * 10n ** 18n,
  usdCents,
  price: usdCents === null ? null : 'declared',
  unread: null,
});

/** The document of a map that found these rules. */
export function documentOf(parts: {
  readonly rules: readonly Rule[];
  readonly positions: readonly Position[];
  readonly names?: Readonly<Record<string, string>>;
  readonly unread?: readonly Unread[];
}): PowerDocument {
  const { rules, positions, names = {}, unread = [] } = parts;
  const state = stateOfReads({
    block: { number: 20_000_000n, hash: zeroHash, stateRoot: null, timestamp: 1_717_281_407 },
  });
  const map = {
    ...analyse({ rules, positions, unread }),
    found: [],
    allowances: { allowances: [], unread: [] },
    names: new Map(Object.entries(names)),
  };
  return toPowerDocument('node.example', state, map);
}
