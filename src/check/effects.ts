/** What is done besides changing power: payments, and calls of unknown effect. */
import { type Address, keccak256, toFunctionSelector } from 'viem';
import { PERMIT2 } from '../chains/evm/allowances.ts';
import { decodeCall } from '../chains/evm/decode/decode.ts';
import { isMultiSend } from '../chains/evm/safe/code.ts';
import { changesOwnPower, ownCodeSlot, type SafeWallet } from '../chains/evm/safe/wallet.ts';
import type { MadeCall, Simulation } from '../chains/evm/simulation.ts';
import type { Overrides, State } from '../chains/evm/state.ts';
import { transferOrderIn, transfersIn } from '../chains/evm/transfers.ts';
import { type PowerMap, positionsOn } from '../map/map.ts';
import type { Organisation } from '../org/org.ts';
import type { Named } from './approvals.ts';
import type { CallToUnknown, Outcome, Payment } from './facts.ts';
import { isListed, isUsed, movesAuthority } from './listed.ts';
import { uniqueBy } from './unique.ts';

/**
 * The accounts that act: those that do anyway, as positions do, and accounts of kinds that are known, by
 * whose rules an actor makes them call something: its Safe, its timelock, its module.
 */
export function actorsIn(
  calls: readonly MadeCall[],
  acting: readonly Address[],
  maps: readonly PowerMap[],
): readonly Address[] {
  const known = new Set(
    maps
      .flatMap(({ found }) => found)
      .filter(({ readings }) => readings.length > 0)
      .map(({ frame }) => frame.account),
  );
  const actors = new Set(acting);
  // The calls come in the order made, so that an account acts after it was told to.
  for (const call of calls) {
    if (actors.has(call.from) && known.has(call.to) && passesOnCalls(call)) actors.add(call.to);
  }
  return [...actors];
}

const passesOnCalls = ({ kind, from, to, value, data }: MadeCall): boolean =>
  kind === 'call' && decodeCall({ kind, from, to, value, data }).inner !== null;

/**
 * What leaves and enters the actors: ether, and tokens as they log it or as they are told to move. Whoever
 * acts is no part of the organisation by that: what its positions pay to an account that it does not list
 * leaves them, too.
 */
export function paymentsIn(
  { transfers, logs }: Simulation,
  calls: readonly MadeCall[],
  actors: readonly Address[],
  organisation: Organisation,
  chainId: number,
): readonly Payment[] {
  const ether = transfers.map(
    (transfer): Payment => ({ ...transfer, token: null, by: [transfer.from] }),
  );
  const made = calls.filter(({ kind }) => kind === 'call');
  // Some nodes simulate without telling where ether goes: what is ordered is paid all the same.
  const sent = made
    .filter(({ value }) => value > 0n)
    .map(
      ({ from, to, value }): Payment => ({
        ...{ from, to, token: null, amount: value, item: null },
        by: [from],
      }),
    );
  const ordered = made.flatMap(({ from: by, to: token, data }): readonly Payment[] => {
    const order = transferOrderIn(data, by);
    return order === null ? [] : [{ ...order, token, by: [by] }];
  });
  const orderedBy = gathered(ordered.map((order) => [nameOf(order), ...order.by]));
  const calledBy = gathered(made.map(({ to, from }) => [to, from]));
  const logged = logs.flatMap((log) =>
    transfersIn(log).map((transfer): Payment => {
      const payment = { ...transfer, token: log.account, by: [] };
      return { ...payment, by: orderedBy.get(nameOf(payment)) ?? calledBy.get(log.account) ?? [] };
    }),
  );
  const paid = [...ether, ...withoutEach(sent, ether), ...logged, ...withoutEach(ordered, logged)];
  const positions = positionsOn(chainId, organisation);
  return paid.filter(
    ({ from, to }) =>
      actors.includes(from) !== actors.includes(to) ||
      (positions.includes(from) && !isListed(organisation, chainId, to)),
  );
}

/** What is told of a payment wherever it is told: of `transferFrom` nobody knows whether it is an item. */
const nameOf = ({ token, from, to, amount, item }: Payment): string =>
  `${token} ${from} ${to} ${item ?? amount}`;

/** `payments` without those of `others`, each of which takes out one. */
function withoutEach(payments: readonly Payment[], others: readonly Payment[]): readonly Payment[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(nameOf(other), (left.get(nameOf(other)) ?? 0) + 1);
  return payments.filter((payment) => {
    const many = left.get(nameOf(payment)) ?? 0;
    left.set(nameOf(payment), many - 1);
    return many <= 0;
  });
}

/** The accounts beside each name, each once. */
function gathered(
  entries: readonly (readonly [name: string, ...accounts: readonly Address[]])[],
): ReadonlyMap<string, readonly Address[]> {
  const sets = new Map<string, Set<Address>>();
  for (const [name, ...accounts] of entries) {
    const known = sets.get(name) ?? new Set();
    sets.set(name, known);
    for (const account of accounts) known.add(account);
  }
  return new Map([...sets].map(([name, accounts]) => [name, [...accounts]]));
}

interface Making {
  readonly calls: readonly MadeCall[];
  readonly isTraced: boolean;
  readonly actors: readonly Address[];
  readonly maps: readonly PowerMap[];
  readonly wallet: SafeWallet | null;
  readonly approvals: Named;
  readonly writes: Overrides | null;
  /** Whether what an account changes in itself shows in power over it, or is nothing. */
  readonly isJudged: (account: Address) => boolean;
  readonly organisation: Organisation;
  readonly state: State;
}

/** The calls whose meaning is not known: by actors to other code, and of foreign code as them. */
export async function examineCalls({
  calls,
  isTraced,
  actors,
  maps,
  wallet,
  approvals,
  writes,
  isJudged,
  organisation,
  state,
}: Making): Promise<Pick<Outcome, 'unknownCalls' | 'foreignCode'>> {
  const byActors = calls.filter(({ from }) => actors.includes(from));
  const lent = byActors.filter(({ kind }) => kind === 'delegatecall');
  const foreign = await filterAsync(unique(lent), (call) =>
    isForeignCode(call, calls, maps, state),
  );
  const isKnown = (account: Address): boolean =>
    isListed(organisation, state.chainId, account) ||
    maps.some(({ found }) =>
      found.some(({ frame, readings }) => frame.account === account && readings.length > 0),
    );
  const toNobody = await filterAsync(byActors, (call) => isToNobody(call, writes, state));
  const orders = byActors.filter(
    (call) =>
      call.kind === 'create' ||
      approvals.unseen.includes(call) ||
      toNobody.includes(call) ||
      (call.from === call.to && changesOwnPower(call.data) && !isJudged(call.to)) ||
      (givesOrders(call) &&
        !asksGuard(call, wallet) &&
        !keepsOwnCode(call, writes) &&
        !(actors.includes(call.to) && passesOnCalls(call)) &&
        !(isKnown(call.to) && changesNothing(call, writes)) &&
        !isUsed(organisation, state.chainId, call.to, call.data.slice(0, 10), () =>
          isReadInFull(call.to, maps),
        )),
  );
  // Without a trace, what a batch does with the wallet's name is not seen.
  const unseen = isTraced || foreign.length > 0 ? [] : lent;
  return {
    unknownCalls: [...unseen, ...unique(orders)].map(toUnknown),
    foreignCode: foreign.map((call) => call.to),
  };
}

/** Whether a Safe names the code that it runs already. */
function keepsOwnCode({ from, to, data }: MadeCall, writes: Overrides | null): boolean {
  const at = from === to ? ownCodeSlot(data) : null;
  return at !== null && writes !== null && writes[to]?.storage?.[at] === undefined;
}

/** Whether all power over an account is known, before and after: what a call does to it shows. */
const isReadInFull = (account: Address, maps: readonly PowerMap[]): boolean =>
  maps.some(({ found }) => found.some(({ frame }) => frame.account === account)) &&
  !maps.some(({ unread }) => unread.some((each) => each.account.endsWith(account)));

/** Whether a call that could hand on authority leaves its target as it is: the same owner again. */
const changesNothing = ({ to, data }: MadeCall, writes: Overrides | null): boolean =>
  movesAuthority(data.slice(0, 10)) && writes !== null && writes[to]?.storage === undefined;

function toUnknown({ kind, from, to, value, data }: MadeCall): CallToUnknown {
  if (kind === 'create') return { to: null, selector: '', signature: null };
  const { signature } = decodeCall({ kind: 'call', from, to, value, data });
  return { to, selector: data.slice(0, 10), signature };
}

/** Whether an account without code is given an order: it does nothing, and code may come to stand there. */
const isToNobody = async (
  { kind, to, data }: MadeCall,
  writes: Overrides | null,
  state: State,
): Promise<boolean> =>
  kind === 'call' &&
  data !== '0x' &&
  writes?.[to]?.code === undefined &&
  (await state.code(to)) === '0x';

/** A Safe asks its guard of its own accord, before and after each transaction. */
const asksGuard = ({ to, data }: MadeCall, wallet: SafeWallet | null): boolean =>
  to === wallet?.guard.value && GUARD_QUESTIONS.has(data.slice(0, 10));

const GUARD_QUESTIONS: ReadonlySet<string> = new Set([
  toFunctionSelector(
    'checkTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes,address)',
  ),
  toFunctionSelector('checkAfterExecution(bytes32,bool)'),
]);

/** A call that may change something at its target, and whose effect is not judged elsewhere. */
function givesOrders({ kind, from, to, data }: MadeCall): boolean {
  if (kind !== 'call' || data === '0x') return false;
  // Payments are judged by their payee, allowances by their spender, and what a Safe changes in itself
  // by power after it.
  return (
    transferOrderIn(data, from) === null &&
    !isApproval(to, data) &&
    !(from === to && changesOwnPower(data))
  );
}

const APPROVALS: ReadonlySet<string> = new Set(
  [
    'approve(address,uint256)',
    'increaseAllowance(address,uint256)',
    'decreaseAllowance(address,uint256)',
    'setApprovalForAll(address,bool)',
  ].map((signature) => toFunctionSelector(signature)),
);
const PERMIT2_APPROVE = toFunctionSelector('approve(address,address,uint160,uint48)');

const isApproval = (to: Address, data: string): boolean =>
  to === PERMIT2
    ? data.startsWith(PERMIT2_APPROVE)
    : APPROVALS.has(data.slice(0, 10)) && !movesAuthority(data.slice(0, 10));

async function isForeignCode(
  { from, to, data }: MadeCall,
  calls: readonly MadeCall[],
  maps: readonly PowerMap[],
  state: State,
): Promise<boolean> {
  // A proxy passes on what it is called with, to the code that was read as its own.
  const isOwn = maps.some(({ found }) =>
    found.some(({ frame }) => frame.account === from && frame.codeAt === to),
  );
  const isAsked = calls.some(
    (call) => call.to === from && (call.data === data || upgradesBy(call, to, data)),
  );
  if (isOwn && isAsked) return false;
  // An account without code is foreign, too: code may come to stand there before this executes.
  return !isMultiSend(keccak256(await state.code(to)));
}

/** Whether a proxy is told to run that code, and to have it set itself up: an upgrade is judged as one. */
function upgradesBy({ from, to, value, data }: MadeCall, code: Address, setUp: string): boolean {
  const { signature, inner } = decodeCall({ kind: 'call', from, to, value, data });
  return (
    signature === 'upgradeToAndCall(address,bytes)' &&
    inner?.calls.some((call) => call.to === code && call.data === setUp) === true
  );
}

/** One call for each target and selector. */
const unique = (calls: readonly MadeCall[]): readonly MadeCall[] =>
  uniqueBy(calls, ({ to, data }) => `${to} ${data.slice(0, 10)}`);

async function filterAsync<T>(
  items: readonly T[],
  test: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const passed = await Promise.all(items.map(test));
  return items.filter((_, index) => passed[index] === true);
}
