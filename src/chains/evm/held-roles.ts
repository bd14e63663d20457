/**
 * Roles that one account holds, each named by a getter of its own: `owner()`, `pauser()`. Who asks knows
 * the code: any contract may answer anything.
 */
import { type Address, type Hex, zeroAddress } from 'viem';
import { type AccountId, type Action, act, power, type Rule, role } from '../../power/model.ts';
import { type Observed, observe } from './evidence.ts';
import { offers } from './selectors.ts';
import type { State } from './state.ts';
import { accountId } from './values.ts';
import { askAddress } from './view-function.ts';

/** What the holder of a role may do, and by which functions. */
export type RolePower<Name extends string> = readonly [
  by: Name,
  action: Action,
  ...functions: readonly string[],
];

/** A role, and the account that holds it. */
export interface Holder<Name extends string> extends Observed<Address> {
  readonly name: Name;
}

/** The powers whose functions code offers, all of them. */
export const powersIn = <Name extends string>(
  code: Hex,
  powers: readonly RolePower<Name>[],
): readonly RolePower<Name>[] => powers.filter(([, , ...functions]) => offers(code, ...functions));

/** The functions by which some powers are used. */
export const functionsOf = (powers: readonly RolePower<string>[]): readonly string[] =>
  powers.flatMap(([, , ...functions]) => functions);

/** Who holds each role whose getter the code offers. */
export const readHolders = <Name extends string>(
  state: State,
  account: Address,
  code: Hex,
  names: readonly Name[],
): Promise<readonly Holder<Name>[]> =>
  Promise.all(
    names
      .filter((name) => offers(code, `${name}()`))
      .map(async (name) => ({
        name,
        ...(await observe(state, (view) => askAddress(view, account, name))),
      })),
  );

/** `role ⇐ act(holder)`; none where nobody holds it. */
export const holderRules = (
  reader: string,
  chainId: number,
  account: Address,
  holders: readonly Holder<string>[],
): readonly Rule[] =>
  holders
    .filter(({ value }) => value !== zeroAddress)
    .map(({ name, value, evidence }) => ({
      grants: role(accountId(chainId, account), name),
      requires: act(accountId(chainId, value)),
      reader,
      evidence,
    }));

/** `action ⇐ role`. That the code has these functions is in the evidence of every rule. */
export const powerRules = (
  reader: string,
  id: AccountId,
  powers: readonly RolePower<string>[],
): readonly Rule[] =>
  powers.map(([by, action, ...functions]) => ({
    grants: power(id, action),
    requires: role(id, by),
    reader,
    functions,
    evidence: [],
  }));
