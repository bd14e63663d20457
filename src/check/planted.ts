/**
 * Owners and modules that a write plants in a Safe, beside its lists: the Safe obeys them like any other,
 * and no getter names them.
 *
 * @see https://github.com/safe-global/safe-smart-account/blob/main/contracts/base/OwnerManager.sol
 */
import type { Address } from 'viem';
import { storageRead } from '../chains/evm/evidence.ts';
import { ownEntries } from '../chains/evm/safe/wallet.ts';
import type { State } from '../chains/evm/state.ts';
import { accountId, addressIn } from '../chains/evm/values.ts';
import type { PowerMap } from '../map/map.ts';
import { act, atLeast, nodeId, nodesOf, type Rule } from '../power/model.ts';
import type { UnexplainedWrite } from './facts.ts';

/** What stands after in the own entries of those who were members of a Safe's lists before. */
export async function entriesAfter(
  safes: readonly Address[],
  before: PowerMap,
  after: State,
): Promise<readonly UnexplainedWrite[]> {
  const entries = safes.flatMap((account) =>
    ownEntries(membersOf(before, account, after.chainId)).map(([slot, enters]) => ({
      ...{ account, slot, enters },
    })),
  );
  return await Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      value: await after.storage(entry.account, entry.slot),
    })),
  );
}

/**
 * The members of a Safe's lists before that are out of them after, and that the Safe obeys all the same:
 * where the order of a list was rewritten, and their own entries were not.
 */
export const leftBehind = (
  entries: readonly UnexplainedWrite[],
  after: PowerMap,
  chainId: number,
): readonly UnexplainedWrite[] =>
  entries.filter(
    ({ account, value, enters }) =>
      BigInt(value) !== 0n &&
      enters !== null &&
      !membersOf(after, account, chainId).includes(enters.member),
  );

/** Who acts for an account by rules of its own. */
const membersOf = ({ rules }: PowerMap, account: Address, chainId: number): readonly Address[] =>
  rules
    .filter(({ grants, reader }) => {
      return reader === 'safe' && nodeId(grants) === nodeId(act(accountId(chainId, account)));
    })
    .flatMap(({ requires }) => [...nodesOf(requires)])
    .flatMap((node) => (node.type === 'power' ? (addressIn(chainId, node.account) ?? []) : []));

/** The power that planted members have, and who they are. */
export interface Planted {
  readonly rules: readonly Rule[];
  readonly members: readonly Address[];
}

/** What power writes plant. */
export function plantedRules(
  writes: readonly UnexplainedWrite[],
  { rules }: PowerMap,
  chainId: number,
): Planted {
  const planted = writes.flatMap(({ enters, ...write }) =>
    enters === null ? [] : [{ ...write, ...enters }],
  );
  return {
    members: planted.map(({ member }) => member),
    rules: planted.flatMap(({ account, slot, value, member, as }): readonly Rule[] => {
      const safe = act(accountId(chainId, account));
      const evidence = [{ read: storageRead(account, slot), value }];
      const by = act(accountId(chainId, member));
      if (as === 'module') return [{ grants: safe, requires: by, reader: 'safe', evidence }];
      // Every owner beside the list signs beside those in it.
      const beside = planted
        .filter((each) => each.account === account && each.as === 'owner')
        .map((each) => act(accountId(chainId, each.member)));
      return rules.flatMap(({ grants, requires }): readonly Rule[] =>
        nodeId(grants) === nodeId(safe) && requires.type === 'atLeast'
          ? [
              {
                grants: safe,
                requires: atLeast(requires.count, [...requires.of, ...beside], requires.role),
                reader: 'safe',
                evidence,
              },
            ]
          : [],
      );
    }),
  };
}
