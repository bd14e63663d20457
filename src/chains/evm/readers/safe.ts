/**
 * Safe, versions 1.0.0 to 1.5.0, recognised by the published code of its singleton and read from
 * storage: owners, threshold, modules, guards, fallback handler.
 *
 * @see https://github.com/safe-global/safe-smart-account/tree/v1.4.1/contracts
 */
import { type Address, zeroAddress } from 'viem';
import {
  type AccountId,
  act,
  atLeast,
  type Evidence,
  given,
  leaf,
  power,
  type Requirement,
  type Rule,
  type Unread,
} from '../../../power/model.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { singletonVersion } from '../safe/code.ts';
import { readSafe, type SafeWallet, safeReadsAhead } from '../safe/wallet.ts';
import { accountId } from '../values.ts';

export const safe: Reader = {
  id: 'safe',
  refuses: [
    'a singleton that answers VERSION(), getOwners() and getThreshold() like a Safe',
    'a Safe proxy whose slot 0 names another contract',
  ],
  readsAhead: safeReadsAhead,
  read: async (frame, state) => {
    const version = singletonVersion(frame.codeHash);
    if (version === undefined) return null;
    const wallet = await readSafe(frame.account, version, state);
    const id = accountId(state.chainId, frame.account);
    return {
      kind: `Safe ${version}`,
      rules: rulesOf(id, wallet, state.chainId),
      covers: 'all',
      delegatesTo: [],
      announces,
      unread: unreadOf(wallet, state.chainId),
    };
  },
};

function rulesOf(id: AccountId, wallet: SafeWallet, chainId: number): readonly Rule[] {
  const { owners, threshold, modules, guard, moduleGuard, handler, handlerIsKnown } = wallet;
  const holder = (account: Address) => act(accountId(chainId, account));
  const rule = (
    grants: Rule['grants'],
    requires: Requirement,
    ...observed: readonly { readonly evidence: readonly Evidence[] }[]
  ): Rule => ({ grants, requires, reader: 'safe', evidence: observed.flatMap((o) => o.evidence) });
  return [
    rule(
      act(id),
      threshold.value === 0
        ? given('it was never set up, so anyone may call setup() and become its owner')
        : atLeast(threshold.value, owners.value.map(holder), 'owners'),
      threshold,
      owners,
    ),
    ...modules.value.map((module) => rule(act(id), holder(module), modules)),
    // A handler is called by the Safe with whatever data a stranger sends: a token as handler would
    // let anyone transfer as the Safe. Only handlers whose code is known are harmless.
    ...(handlerIsKnown.value
      ? []
      : [
          rule(act(id), leaf('opaque', accountId(chainId, handler.value)), handler, handlerIsKnown),
        ]),
    // What a guard refuses is for its code to say, whoever else controls it.
    ...[guard, moduleGuard]
      .filter(({ value }) => value !== zeroAddress)
      .flatMap((each) => [
        rule(power(id, 'veto'), holder(each.value), each),
        rule(power(id, 'veto'), leaf('opaque', accountId(chainId, each.value)), each),
      ]),
  ];
}

function unreadOf({ handler, handlerIsKnown }: SafeWallet, chainId: number): readonly Unread[] {
  if (handlerIsKnown.value) return [];
  return [
    {
      account: accountId(chainId, handler.value),
      reason: 'fallback handler of unknown code: anyone may have the Safe call it',
    },
  ];
}

const announces: readonly Announcement[] = [
  'AddedOwner(address)',
  'RemovedOwner(address)',
  'ChangedThreshold(uint256)',
  'EnabledModule(address)',
  'DisabledModule(address)',
  'ChangedGuard(address)',
  'ChangedModuleGuard(address)',
  'ChangedFallbackHandler(address)',
  'ChangedMasterCopy(address)',
  'SafeSetup(address,address[],uint256,address,address)',
].map(announcement);
