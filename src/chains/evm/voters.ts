/**
 * Power that belongs to whoever musters the votes. Who holds how many is not read: the voters are one
 * holder, named by their token and opaque. Whoever mints that token, or replaces its code, makes votes.
 */
import type { Address } from 'viem';
import {
  type AccountId,
  act,
  after,
  anyOf,
  type Evidence,
  leaf,
  power,
  type Requirement,
  type Rule,
  role,
  type Unread,
} from '../../power/model.ts';
import { accountId, seconds } from './values.ts';

/** How power is voted upon. */
interface Vote {
  /** `null` where it is not known what gives votes. */
  readonly token: Address | null;
  /** In base units of the token; `null` where it could not be read. */
  readonly quorum: bigint | null;
  /** From a proposal to the end of its vote, at the least. */
  readonly lasts: bigint;
  readonly clock: 'timestamp' | 'blocks';
  /** Who may cancel a proposal of others. */
  readonly vetoers: readonly Requirement[];
  readonly functions: readonly string[];
}

/** Seconds from block to block, where a chain keeps to them. Arbitrum counts the blocks of Ethereum. */
const BLOCK_SECONDS: ReadonlyMap<number, bigint> = new Map([
  [1, 12n],
  [10, 2n],
  [8453, 2n],
  [42161, 12n],
]);

/** The rules by which a vote lets `governor` act, and what they leave unread. */
export function voteRules(
  reader: string,
  governor: AccountId,
  chainId: number,
  { token, quorum, lasts, clock, vetoers, functions }: Vote,
  evidence: readonly Evidence[],
): { readonly rules: readonly Rule[]; readonly unread: readonly Unread[] } {
  const voters = role(governor, 'voters');
  const votes = token === null ? governor : accountId(chainId, token);
  const blockSeconds = clock === 'timestamp' ? 1n : BLOCK_SECONDS.get(chainId);
  const assumed: readonly Evidence[] =
    clock === 'timestamp' || blockSeconds === undefined
      ? []
      : [{ read: `seconds of a block on chain ${chainId}, assumed`, value: `${blockSeconds}` }];
  return {
    rules: [
      { grants: voters, requires: leaf('opaque', votes), reader, evidence },
      ...(token === null
        ? []
        : [
            {
              grants: voters,
              requires: anyOf(power(votes, 'mint'), power(votes, 'upgrade')),
              reader,
              evidence,
            },
          ]),
      {
        grants: act(governor),
        requires: after(seconds(lasts * (blockSeconds ?? 0n)), voters, vetoers),
        reader,
        functions,
        evidence: [...evidence, ...assumed],
      },
    ],
    unread: [
      {
        account: votes,
        reason: `voters of ${governor}: whoever musters votes of ${quorum ?? 'an unknown number of'} base units; who holds them is not read`,
      },
      ...(blockSeconds === undefined
        ? [
            {
              account: governor,
              reason: `a vote lasts ${lasts} blocks, taken as no time: how long a block of chain ${chainId} takes is not known`,
            },
          ]
        : []),
    ],
  };
}
