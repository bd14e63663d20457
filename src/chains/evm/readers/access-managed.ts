/**
 * A target of OpenZeppelin's AccessManager: for each function that is restricted, its authority says who
 * may call it. Where the authority is an AccessManager, that is a role of it; the manager's admins may
 * give any function to themselves, or replace the authority, once the target's own delay is over.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/manager/AccessManaged.sol
 */
import { type Address, type Hex, parseAbi, slice, toEventSelector, toFunctionSelector } from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  act,
  after,
  all,
  anyOf,
  type Evidence,
  leaf,
  power,
  type Requirement,
  role,
} from '../../../power/model.ts';
import {
  ADMIN,
  adminMember,
  isAccessManager,
  managerRole,
  nextDelay,
  soonestEnd,
} from '../access-manager.ts';
import type { Guard } from '../bytecode/guard.ts';
import { observe } from '../evidence.ts';
import { codeKind } from '../proxy.ts';
import { type Announcement, announcement, type Reader, type Reading } from '../reader.ts';
import { offers, pushedSelectors, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, slot } from '../values.ts';
import { askAddress, askView } from '../view-function.ts';

const abi = parseAbi([
  'function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)',
  'function getTargetAdminDelay(address target) view returns (uint32)',
  'function isTargetClosed(address target) view returns (bool)',
]);

const CAN_CALL = toFunctionSelector('canCall(address,address,bytes4)');
const SET_AUTHORITY = 'setAuthority(address)';
const DELAY_UPDATED = toEventSelector('TargetAdminDelayUpdated(address,uint32,uint48)');
/** Code that pushes more selectors than this is refused. */
const MAX_SELECTORS = 1_000;

export const accessManaged: Reader = {
  id: 'access-managed',
  refuses: [
    'a contract with authority() that cannot tell whether it consumes a scheduled call',
    'an authority that answers like an AccessManager but is none: whom it lets call stays opaque',
  ],
  read: async ({ account, code }, state) => {
    if (!offers(code, 'authority()', SET_AUTHORITY, 'isConsumingScheduledOp()')) return null;
    const id = accountId(state.chainId, account);
    const { value, evidence } = await observe(state, async (view) => {
      const authority = await askAddress(view, account, 'authority');
      return { authority, kind: await codeKind(view, authority, isAccessManager) };
    });
    const { authority, kind } = value;
    const authorityId = accountId(state.chainId, authority);
    const replaces = role(id, 'authority');
    const reading = (
      requires: Requirement,
      because: readonly Evidence[],
      rest: Pick<Reading, 'unread'> & { whoCalls: (selector: Hex) => Requirement | null },
    ): Reading => ({
      kind: 'AccessManaged',
      rules: [
        {
          grants: replaces,
          requires,
          reader: 'access-managed',
          functions: [SET_AUTHORITY],
          evidence: because,
        },
      ],
      covers: selectorsOf(SET_AUTHORITY),
      explains: (guard) => {
        const selector = askedFor(guard, authority);
        return selector === null ? null : rest.whoCalls(selector);
      },
      delegatesTo: [],
      announces,
      unread: rest.unread,
    });
    if (kind === 'known') {
      const target = await observe(state, (view) => readTarget(view, authority, account, code));
      const { adminDelay, isClosed, roles } = target.value;
      // The two waits of an admin run at the same time: that of the member, and that of the target.
      const admins =
        adminDelay === 0
          ? managerRole(authorityId, ADMIN)
          : all(managerRole(authorityId, ADMIN), after(adminDelay, adminMember(authorityId)));
      const replaced = anyOf(admins, power(authorityId, 'upgrade'));
      return reading(replaced, [...evidence, ...target.evidence], {
        whoCalls: (selector) => {
          const number = roles.get(selector);
          if (number === undefined) return null;
          return isClosed ? replaces : anyOf(managerRole(authorityId, number), replaces);
        },
        unread: [],
      });
    }
    // Without code, it lets no one call anything; but it can still name another authority.
    const admitted = kind === 'none' ? [] : [leaf('opaque', authorityId)];
    return reading(act(authorityId), evidence, {
      whoCalls: () => anyOf(...admitted, replaces),
      unread: admitted.map(() => ({
        account: authorityId,
        reason: `whom it lets call ${account} is not read`,
      })),
    });
  },
};

/** What a manager keeps about one target. */
interface Target {
  /** Seconds until an admin's change of who may call it takes effect. */
  readonly adminDelay: number;
  readonly isClosed: boolean;
  /** The role that each function asks for, for all that the code may offer. */
  readonly roles: ReadonlyMap<Hex, bigint>;
}

async function readTarget(
  state: State,
  manager: Address,
  target: Address,
  code: Hex,
): Promise<Target> {
  const selectors = pushedSelectors(code);
  if (selectors.length > MAX_SELECTORS) {
    throw new ReadError(`the code of ${target} has more than ${MAX_SELECTORS} selectors`);
  }
  const [delay, isClosed, logs, numbers] = await Promise.all([
    askView(state, manager, abi, 'getTargetAdminDelay', [target]),
    askView(state, manager, abi, 'isTargetClosed', [target]),
    state.logs({
      account: manager,
      topics: [DELAY_UPDATED, slot(BigInt(target))],
      fromBlock: 0n,
    }),
    Promise.all(
      selectors.map((selector) =>
        askView(state, manager, abi, 'getTargetFunctionRole', [target, selector]),
      ),
    ),
  ]);
  const now = state.block.timestamp;
  return {
    adminDelay: soonestEnd(now, 0, delay, nextDelay(logs, now)),
    isClosed,
    roles: new Map(selectors.map((selector, index) => [selector, numbers[index] ?? ADMIN])),
  };
}

/** The function for which a check asks the authority whether its caller may call it. */
function askedFor(guard: Guard, authority: Address): Hex | null {
  if (guard.type !== 'asked' || guard.selector !== CAN_CALL) return null;
  if (guard.of.type === 'constant' && guard.of.account !== authority) return null;
  const [caller, target, selector] = guard.args;
  if (caller !== 'caller' || target !== 'self' || !selector?.startsWith('0x')) return null;
  return slice(selector as Hex, 0, 4);
}

const announces: readonly Announcement[] = [announcement('AuthorityUpdated(address)')];
