/**
 * Allowances: power out of a position that its account has given already. Logs say who may have been
 * given one, and the token says what is left of it. What was allowed to Permit2 belongs to whom Permit2
 * allows: it has no owner.
 *
 * @see https://eips.ethereum.org/EIPS/eip-20
 * @see https://eips.ethereum.org/EIPS/eip-721
 * @see https://eips.ethereum.org/EIPS/eip-1155
 * @see https://github.com/Uniswap/permit2/blob/main/src/AllowanceTransfer.sol
 */
import { type Address, type Hex, pad, parseAbi, toEventSelector, zeroAddress } from 'viem';
import { orReason, ReadError, RefusedError } from '../../errors.ts';
import { act, power, type Rule, type Spend, type Unread } from '../../power/model.ts';
import { type Observed, observe } from './evidence.ts';
import type { Log, LogFilter, State } from './state.ts';
import { accountId, addressOf, MAX_UINT256, tokenId } from './values.ts';
import { askView } from './view-function.ts';

/** Permit2 stands at the address that follows from its code. */
export const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';

const APPROVAL = toEventSelector('Approval(address,address,uint256)');
const APPROVAL_FOR_ALL = toEventSelector('ApprovalForAll(address,address,bool)');
const PERMIT2_EVENTS: readonly Hex[] = [
  'Approval(address,address,address,uint160,uint48)',
  'Permit(address,address,address,uint160,uint48,uint48)',
].map((event) => toEventSelector(event));

const abi = parseAbi([
  'function allowance(address owner, address spender) view returns (uint256)',
  'function ownerOf(uint256 id) view returns (address)',
  'function getApproved(uint256 id) view returns (address)',
  'function isApprovedForAll(address owner, address operator) view returns (bool)',
  'function supportsInterface(bytes4 id) view returns (bool)',
]);
const permit2Abi = parseAbi([
  'function allowance(address owner, address token, address spender) view returns (uint160 amount, uint48 expiration, uint48 nonce)',
]);
const TRANSFER_FROM = 'transferFrom(address,address,uint256)';
/** Of ERC-1155. */
const SAFE_TRANSFER_FROM = 'safeTransferFrom(address,address,uint256,uint256,bytes)';
const ERC1155_INTERFACE = '0xd9b67a26';
/** Permit2 never lowers an allowance of this much. */
const PERMIT2_UNLIMITED = (1n << 160n) - 1n;

/** More allowances that a position ever gave of one token, or through Permit2, than this are refused. */
const MAX_CANDIDATES = 500;

/** What positions allow others to take from them. */
interface Allowances {
  readonly rules: readonly Rule[];
  readonly unread: readonly Unread[];
  /** Everyone who may take something: whoever acts as one of them does. */
  readonly spenders: readonly Address[];
}

/** Reads who may take `tokens` (ERC-20, ERC-721, ERC-1155) from `positions` by an allowance. */
export async function readAllowances(
  state: State,
  positions: readonly Address[],
  tokens: readonly Address[],
): Promise<Allowances> {
  if (tokens.length === 0) return { rules: [], unread: [], spenders: [] };
  const read = await Promise.all(
    positions.flatMap((position) => [
      ...tokens.map((token) =>
        orUnread(state, position, `of ${token}`, allowancesOf(state, position, token)),
      ),
      orUnread(state, position, 'through Permit2', permit2Allowances(state, position, tokens)),
    ]),
  );
  const allowances = read.flatMap((each) => each.allowances);
  return {
    rules: allowances.map((each) => ruleOf(state.chainId, each)),
    unread: read.flatMap(({ unread }) => unread),
    spenders: [...new Set(allowances.map(({ spender }) => spender))],
  };
}

/** What is left of an allowance, and the function by which it is used. */
interface Left extends Spend {
  readonly by: string;
}

/** One allowance that is good now. */
interface Allowance extends Observed<Left> {
  readonly position: Address;
  readonly spender: Address;
}

const ruleOf = (chainId: number, { position, spender, value, evidence }: Allowance): Rule => ({
  grants: power(accountId(chainId, position), { spend: value.spend, limit: value.limit }),
  requires: act(accountId(chainId, spender)),
  reader: 'allowances',
  functions: [value.by],
  evidence,
});

async function orUnread(
  { chainId }: State,
  position: Address,
  which: string,
  reading: Promise<readonly Allowance[]>,
): Promise<{ readonly allowances: readonly Allowance[]; readonly unread: readonly Unread[] }> {
  const read = await orReason(reading);
  if (typeof read !== 'string') return { allowances: read, unread: [] };
  const reason = `its allowances ${which} could not be read: ${read}`;
  return { allowances: [], unread: [{ account: accountId(chainId, position), reason }] };
}

/** An allowance that a log tells of, and how to ask what is left of it. */
interface Candidate {
  /** The same for the same allowance. */
  readonly key: string;
  readonly spender: Address;
  readonly left: (state: State) => Promise<Left>;
}

const allowancesOf = async (
  state: State,
  position: Address,
  token: Address,
): Promise<readonly Allowance[]> =>
  (
    await Promise.all([
      confirmed(state, position, [filterOf(token, APPROVAL, position)], (log) =>
        log.topics.length === 4
          ? itemApproval(state.chainId, position, log)
          : approval(state.chainId, position, log),
      ),
      confirmed(state, position, [filterOf(token, APPROVAL_FOR_ALL, position)], (log) =>
        approvalForAll(state.chainId, position, log),
      ),
    ])
  ).flat();

const permit2Allowances = (
  state: State,
  position: Address,
  tokens: readonly Address[],
): Promise<readonly Allowance[]> =>
  confirmed(
    state,
    position,
    PERMIT2_EVENTS.map((event) => filterOf(PERMIT2, event, position)),
    (log) => permit2Approval(state.chainId, position, tokens, log),
  );

const filterOf = (account: Address, event: Hex, owner: Address): LogFilter => ({
  account,
  topics: [event, pad(owner).toLowerCase() as Hex],
  fromBlock: 0n,
});

/** The allowances that logs tell of and of which something is left. */
async function confirmed(
  state: State,
  position: Address,
  filters: readonly LogFilter[],
  candidateIn: (log: Log) => Candidate | null,
): Promise<readonly Allowance[]> {
  const { value: logs, evidence } = await observe(state, async (view) =>
    (await Promise.all(filters.map((filter) => view.logs(filter)))).flat(),
  );
  const candidates = new Map(
    logs
      .map(candidateIn)
      .filter((candidate) => candidate !== null)
      .filter(({ spender }) => ![position, PERMIT2, zeroAddress].includes(spender))
      .map((candidate) => [candidate.key, candidate]),
  );
  if (candidates.size > MAX_CANDIDATES) {
    throw new ReadError(`there were more than ${MAX_CANDIDATES}`);
  }
  const allowances = await Promise.all(
    [...candidates.values()].map(async ({ spender, left }): Promise<Allowance> => {
      const asked = await observe(state, left);
      return { position, spender, value: asked.value, evidence: [...evidence, ...asked.evidence] };
    }),
  );
  return allowances.filter(({ value }) => value.limit > 0n);
}

function approval(chainId: number, owner: Address, { account, topics }: Log): Candidate | null {
  const [, , to] = topics;
  if (to === undefined) return null;
  const spender = addressOf(to);
  return {
    key: spender,
    spender,
    left: async (state) => ({
      spend: tokenId(chainId, 'erc20', account),
      limit: await allowance(state, account, owner, spender),
      by: TRANSFER_FROM,
    }),
  };
}

const allowance = (state: State, token: Address, owner: Address, spender: Address) =>
  askView(state, token, abi, 'allowance', [owner, spender]);

/** One item of an ERC-721, which logs its approval with the id as a topic. */
function itemApproval(chainId: number, owner: Address, { account, topics }: Log): Candidate | null {
  const [, , to, item] = topics;
  if (to === undefined || item === undefined) return null;
  const spender = addressOf(to);
  const ask = (state: State, functionName: 'ownerOf' | 'getApproved') =>
    askView(state, account, abi, functionName, [BigInt(item)]);
  return {
    key: `${spender} ${item}`,
    spender,
    left: async (state) => {
      const [holder, approved] = await orReverted(
        Promise.all([ask(state, 'ownerOf'), ask(state, 'getApproved')]),
        [zeroAddress, zeroAddress],
      );
      return {
        spend: `${tokenId(chainId, 'erc721', account)}/${BigInt(item)}`,
        limit: holder === owner && approved === spender ? 1n : 0n,
        by: TRANSFER_FROM,
      };
    },
  };
}

/** An item that was burnt has no owner: asking for it reverts. */
async function orReverted<T>(asking: Promise<T>, reverted: T): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof RefusedError && /revert/i.test(error.answer.message)) return reverted;
    throw error;
  }
}

function approvalForAll(
  chainId: number,
  owner: Address,
  { account, topics }: Log,
): Candidate | null {
  const [, , to] = topics;
  if (to === undefined) return null;
  const spender = addressOf(to);
  return {
    key: spender,
    spender,
    left: async (state) => {
      const [approved, many] = await Promise.all([
        askView(state, account, abi, 'isApprovedForAll', [owner, spender]),
        askView(state, account, abi, 'supportsInterface', [ERC1155_INTERFACE]),
      ]);
      return {
        spend: tokenId(chainId, many ? 'erc1155' : 'erc721', account),
        limit: approved ? MAX_UINT256 : 0n,
        by: many ? SAFE_TRANSFER_FROM : TRANSFER_FROM,
      };
    },
  };
}

function permit2Approval(
  chainId: number,
  owner: Address,
  tokens: readonly Address[],
  { topics }: Log,
): Candidate | null {
  const [, , of, to] = topics;
  if (of === undefined || to === undefined) return null;
  const token = addressOf(of);
  const spender = addressOf(to);
  if (!tokens.includes(token)) return null;
  return {
    key: `${token} ${spender}`,
    spender,
    left: async (state) => {
      const [toPermit2, throughPermit2] = await Promise.all([
        allowance(state, token, owner, PERMIT2),
        permit2Allowance(state, owner, token, spender),
      ]);
      return {
        spend: tokenId(chainId, 'erc20', token),
        // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigint
        limit: toPermit2 < throughPermit2 ? toPermit2 : throughPermit2,
        by: 'transferFrom(address,address,uint160,address)',
      };
    },
  };
}

/** What Permit2 lets `spender` take now. */
async function permit2Allowance(
  state: State,
  owner: Address,
  token: Address,
  spender: Address,
): Promise<bigint> {
  const args = [owner, token, spender] as const;
  const [amount, expiration] = await askView(state, PERMIT2, permit2Abi, 'allowance', args);
  if (state.block.timestamp > expiration) return 0n;
  return amount === PERMIT2_UNLIMITED ? MAX_UINT256 : amount;
}
