/** What a simulated transaction does besides changing power: payments, and calls of unknown effect. */
import { type Address, keccak256, toFunctionSelector } from 'viem';
import { isMultiSend } from '../chains/evm/safe/code.ts';
import { changesOwnPower, type SafeWallet } from '../chains/evm/safe/wallet.ts';
import type { MadeCall, Simulation } from '../chains/evm/simulation.ts';
import type { State } from '../chains/evm/state.ts';
import { transferIn, transferOrderIn } from '../chains/evm/transfers.ts';
import type { PowerMap } from '../map/map.ts';
import type { CallToUnknown, Outcome, Payment } from './facts.ts';
import { uniqueBy } from './unique.ts';

/** What leaves and enters the positions: ether, and tokens as they log it or as they are told to move. */
export function paymentsIn(
  { transfers, logs }: Simulation,
  calls: readonly MadeCall[],
  positions: readonly Address[],
): readonly Payment[] {
  const ether = transfers.map((transfer): Payment => ({ ...transfer, token: null }));
  // Some nodes simulate without telling where ether goes: what is ordered is paid all the same.
  const sent = calls.flatMap(({ kind, from, to, value }): readonly Payment[] =>
    kind === 'call' && value > 0n ? [{ from, to, token: null, amount: value }] : [],
  );
  const logged = logs.flatMap((log): readonly Payment[] => {
    const transfer = transferIn(log);
    return transfer === null ? [] : [{ ...transfer, token: log.account }];
  });
  const ordered = calls.flatMap(({ kind, from, to, data }): readonly Payment[] => {
    const order = kind === 'call' ? transferOrderIn(data) : null;
    return order === null ? [] : [{ ...order, from, token: to }];
  });
  const paid = [...ether, ...withoutEach(sent, ether), ...logged, ...withoutEach(ordered, logged)];
  return paid.filter(({ from, to }) => positions.includes(from) !== positions.includes(to));
}

/** `payments` without those of `others`, each of which takes out one. */
function withoutEach(payments: readonly Payment[], others: readonly Payment[]): readonly Payment[] {
  const name = ({ token, from, to, amount }: Payment) => `${token} ${from} ${to} ${amount}`;
  const left = others.map(name);
  return payments.filter((payment) => {
    const index = left.indexOf(name(payment));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** The calls whose meaning is not known: by positions to other code, and of foreign code as them. */
export async function examineCalls(
  calls: readonly MadeCall[],
  isTraced: boolean,
  positions: readonly Address[],
  before: PowerMap,
  wallet: SafeWallet,
  state: State,
): Promise<Pick<Outcome, 'unknownCalls' | 'foreignCode'>> {
  const byPositions = calls.filter(({ from }) => positions.includes(from));
  const lent = byPositions.filter(({ kind }) => kind === 'delegatecall');
  const foreign = await filterAsync(unique(lent), (call) =>
    isForeignCode(call, calls, before, state),
  );
  const orders = byPositions.filter((call) => givesOrders(call) && !asksGuard(call, wallet));
  // Without a trace, what a batch does with the wallet's name is not seen.
  const unseen = isTraced || foreign.length > 0 ? [] : lent;
  return {
    unknownCalls: [...unseen, ...unique(orders)].map(
      (call): CallToUnknown => ({ to: call.to, selector: call.data.slice(0, 10) }),
    ),
    foreignCode: foreign.map((call) => call.to),
  };
}

/** A Safe asks its guard of its own accord, before and after each transaction. */
const asksGuard = ({ to, data }: MadeCall, { guard }: SafeWallet): boolean =>
  to === guard.value && GUARD_QUESTIONS.has(data.slice(0, 10));

const GUARD_QUESTIONS: ReadonlySet<string> = new Set([
  toFunctionSelector(
    'checkTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes,address)',
  ),
  toFunctionSelector('checkAfterExecution(bytes32,bool)'),
]);

/** A call that may change something at its target, and whose effect is not judged elsewhere. */
function givesOrders({ kind, from, to, data }: MadeCall): boolean {
  if (kind !== 'call' || data === '0x') return false;
  // Payments are judged by their payee, and what a Safe changes in itself by power after it.
  return transferOrderIn(data) === null && !(from === to && changesOwnPower(data));
}

async function isForeignCode(
  { from, to, data }: MadeCall,
  calls: readonly MadeCall[],
  before: PowerMap,
  state: State,
): Promise<boolean> {
  // A proxy passes on what it is called with, to the code that was read as its own.
  const isOwn = before.found.some(({ frame }) => frame.account === from && frame.codeAt === to);
  if (isOwn && calls.some((call) => call.to === from && call.data === data)) return false;
  // An account without code is foreign, too: code may come to stand there before this executes.
  return !isMultiSend(keccak256(await state.code(to)));
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
