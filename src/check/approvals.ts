/** Allowances that a transaction gives: power to spend, which outlives it. */
import {
  type Address,
  concat,
  decodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  toEventSelector,
  toFunctionSelector,
  zeroHash,
} from 'viem';
import { type Allowance, allowancesNamed } from '../chains/evm/allowances.ts';
import { tokenBalance } from '../chains/evm/assets.ts';
import type { MadeCall, Simulation } from '../chains/evm/simulation.ts';
import type { Log, State } from '../chains/evm/state.ts';
import { addressOf } from '../chains/evm/values.ts';
import { orReason } from '../errors.ts';
import type { Organisation } from '../org/org.ts';
import type { Unread } from '../power/model.ts';
import type { Approval } from './facts.ts';
import { isAllowed } from './listed.ts';

/** What the allowances that a transaction names are after it, and which of them grew. */
export interface Named {
  readonly after: readonly Allowance[];
  readonly given: readonly Approval[];
  readonly unread: readonly Unread[];
  /** What is ordered and neither told of nor seen: of a contract that means something else by it. */
  readonly unseen: readonly MadeCall[];
}

/** Compares what is left of each allowance that events or orders name. */
export async function compareAllowances(
  { after, logs }: Simulation,
  calls: readonly MadeCall[],
  owners: readonly Address[],
  organisation: Organisation,
  state: State,
): Promise<Named> {
  const named = [...logs, ...calls.flatMap(ordered)];
  const [was, is] = await Promise.all([
    allowancesNamed(state, owners, named),
    allowancesNamed(after, owners, named),
  ]);
  const before = new Map(
    was.allowances.map(({ key, position, value }) => [`${position} ${key}`, value.limit]),
  );
  const grown = is.allowances.filter(
    ({ key, position, value }) => value.limit > (before.get(`${position} ${key}`) ?? 0n),
  );
  const given = await Promise.all(
    grown.map(
      async (allowance): Promise<Approval> => ({
        allowance,
        before: before.get(`${allowance.position} ${allowance.key}`) ?? 0n,
        isWhole: await coversAll(allowance, state),
        isExpected: isAllowed(organisation, state.chainId, allowance),
      }),
    ),
  );
  const told = new Set([
    ...logs.map(nameOfLog),
    ...grown.map(({ position, spender, value }) =>
      nameOf(value.spend.slice(-42), position, spender),
    ),
  ]);
  const unseen = calls.filter((call) => {
    const [order] = ordered(call);
    return order !== undefined && owners.includes(call.from) && !told.has(nameOfLog(order));
  });
  return { after: is.allowances, given, unread: is.unread, unseen };
}

const nameOf = (token: string, owner: string, spender: string): string =>
  [token, owner, spender].join().toLowerCase();

/** The token, the owner and the spender that an event of an approval names. */
const nameOfLog = ({ account, topics: [, owner = zeroHash, spender = zeroHash] }: Log): string =>
  nameOf(account, addressOf(owner), addressOf(spender));

/** More than any supply that is meant. */
const BOUNDLESS = 1n << 128n;

/** Whether an allowance covers all that its owner has of the token; where that is unread, it does. */
async function coversAll(
  { position, value: { spend, limit } }: Allowance,
  state: State,
): Promise<boolean> {
  if (limit >= BOUNDLESS || !spend.includes('/erc20:')) return true;
  const token = spend.slice(-42) as Address;
  const has = await orReason(tokenBalance(state, token, position));
  return typeof has === 'string' || (has > 0n && limit >= has);
}

const abi = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function increaseAllowance(address spender, uint256 amount)',
  'function setApprovalForAll(address operator, bool approved)',
]);
const ORDERS: ReadonlySet<string> = new Set(abi.map((item) => toFunctionSelector(item)));
const APPROVAL = toEventSelector('Approval(address,address,uint256)');
const APPROVAL_FOR_ALL = toEventSelector('ApprovalForAll(address,address,bool)');

/** The event that an order to approve should emit: a token may emit none. */
function ordered({ kind, from, to, data }: MadeCall): readonly Log[] {
  if (kind !== 'call' || !ORDERS.has(data.slice(0, 10))) return [];
  const order = orderIn(data);
  if (order === null) return [];
  const topic = order.functionName === 'setApprovalForAll' ? APPROVAL_FOR_ALL : APPROVAL;
  const topics = [topic, pad(from), pad(order.args[0])].map((word) => word.toLowerCase() as Hex);
  return [{ account: to, topics, data: concat([]) }];
}

function orderIn(data: Hex) {
  try {
    return decodeFunctionData({ abi, data });
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
