/** What a transaction did, from all that a chain holds before and after it: no simulation, no tracer. */
import { gunzipSync } from 'node:zlib';
import {
  type Address,
  concat,
  decodeEventLog,
  erc20Abi,
  getAddress,
  type Hex,
  toEventSelector,
  toHex,
} from 'viem';
import { z } from 'zod';
import type { SigningRequest } from '../../src/chains/evm/requests/request.ts';
import { approvalBy, encodeExecution, safeHashes } from '../../src/chains/evm/safe/transaction.ts';
import { approvedHashSlot } from '../../src/chains/evm/safe/wallet.ts';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { OWNERS } from '../support/accounts.ts';
import type { LocalChain } from '../support/local-chain.ts';
import { SAFE } from '../support/safes.ts';
import {
  EXECUTOR,
  KEY,
  LIMITED,
  MOST_ETHER,
  MOST_TOKENS,
  NESTED,
  OWN,
  PAYEES,
  TOKEN,
} from './treasury.ts';

const word = z.string().transform((text) => BigInt(text));
const dump = z.object({
  accounts: z.record(
    z.string(),
    z.object({
      nonce: z.number(),
      balance: word,
      code: z.string(),
      storage: z.record(z.string(), word),
    }),
  ),
});
const log = z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() });
const receipt = z.object({ status: z.string(), gasUsed: word, logs: z.array(log) });

/** What a block writes of itself: https://eips.ethereum.org/EIPS/eip-2935 */
const BLOCK_HASHES: Address = '0x0000F90827F1C53a10cb7A02335B175320002935';

/** Every value that a chain holds, by a name: `0x… balance`, `0x… slot 0x…`. */
type Values = ReadonlyMap<string, bigint>;

async function valuesOf(chain: LocalChain): Promise<Values> {
  const zipped = z.string().parse(await chain.request('anvil_dumpState', []));
  const text = gunzipSync(Buffer.from(zipped.slice(2), 'hex')).toString();
  const { accounts } = dump.parse(JSON.parse(text));
  const values = new Map<string, bigint>();
  for (const [key, { nonce, balance, code, storage }] of Object.entries(accounts)) {
    const at = getAddress(key);
    if (at === BLOCK_HASHES) continue;
    values.set(`${at} nonce`, BigInt(nonce));
    values.set(`${at} balance`, balance);
    values.set(`${at} code`, BigInt(code === '0x' ? 0 : code));
    for (const [index, value] of Object.entries(storage)) {
      values.set(`${at} slot ${slot(BigInt(index))}`, value);
    }
  }
  return values;
}

interface Change {
  readonly before: bigint;
  readonly after: bigint;
}

function changesBetween(before: Values, after: Values): Map<string, Change> {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = new Map<string, Change>();
  for (const name of names) {
    const change = { before: before.get(name) ?? 0n, after: after.get(name) ?? 0n };
    if (change.before !== change.after) changes.set(name, change);
  }
  return changes;
}

/** Wei for a unit of gas: all of it is burnt. */
const GAS_PRICE = 10n ** 9n;
const GAS = 5_000_000n;

interface Executed {
  readonly succeeded: boolean;
  readonly fee: bigint;
  readonly changes: ReadonlyMap<string, Change>;
  readonly logs: readonly z.infer<typeof log>[];
}

/** Sends what was signed, as the chain would see it, and has the chain as it was again. */
async function execute(chain: LocalChain, request: SigningRequest): Promise<Executed> {
  const snapshot = await chain.request('evm_snapshot', []);
  try {
    const sent = await messageOf(chain, request);
    // What is paid is signed for; that the fee is there, too, is not.
    const has = BigInt(String(await chain.request('eth_getBalance', [sent.from, 'latest'])));
    await chain.set({ [sent.from]: { balance: has + GAS * GAS_PRICE } });
    await chain.request('anvil_impersonateAccount', [sent.from]);
    await chain.request('anvil_setNextBlockBaseFeePerGas', [toHex(GAS_PRICE)]);
    const before = await valuesOf(chain);
    const hash = await chain.request('eth_sendTransaction', [
      { ...sent, gas: toHex(GAS), gasPrice: toHex(GAS_PRICE) },
    ]);
    await chain.request('evm_mine', []);
    const { status, gasUsed, logs } = receipt.parse(
      await chain.request('eth_getTransactionReceipt', [hash]),
    );
    const changes = changesBetween(before, await valuesOf(chain));
    return { succeeded: status === '0x1', fee: gasUsed * GAS_PRICE, changes, logs };
  } finally {
    await chain.request('evm_revert', [snapshot]);
  }
}

/** The transaction that executes a request; a Safe's with the approvals of two of its owners. */
async function messageOf(chain: LocalChain, request: SigningRequest) {
  if (request.kind === 'transaction') {
    const { from, to, data, value } = request.transaction;
    return { from: from ?? KEY, ...(to === null ? {} : { to }), data, value: toHex(value) };
  }
  if (request.kind !== 'safe') throw new Error(`not executed here: a ${request.kind}`);
  const { transaction } = request.proposal;
  const { safeTxHash } = safeHashes(transaction, '1.3.0', 1);
  const owners = OWNERS.slice(0, 2).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const approvals = owners.map((owner) => [approvedHashSlot(owner, safeTxHash), slot(1n)] as const);
  await chain.set({ [transaction.safe]: { storage: Object.fromEntries(approvals) } });
  const data = encodeExecution(transaction, concat(owners.map(approvalBy)));
  return { from: EXECUTOR, to: transaction.safe, data, value: '0x0' };
}

/** Who may be allowed to spend whose tokens, since nobody else acts for them. */
const ALLOWED: readonly (readonly [owner: Address, spender: Address])[] = [
  ...OWN.map((own) => [own, own] as const),
  [SAFE, NESTED],
  [NESTED, SAFE],
];

const SAFES: readonly Address[] = [SAFE, NESTED];
const NONCE = slot(5n);
const [BALANCES, ALLOWANCES] = [slot(0n), slot(1n)];
const SAFE_EVENTS = ['ExecutionSuccess(bytes32,uint256)', 'SafeReceived(address,uint256)'].map(
  (each) => toEventSelector(each),
);

export interface Effects {
  /** What is more than payments that castellan.yaml lets pass. */
  readonly beyond: readonly string[];
  /** What each payee has more: `0x… wei`, `0x… tokens`. */
  readonly paid: ReadonlyMap<string, bigint>;
}

/**
 * What a transaction, executed for real, does more than payments that castellan.yaml lets pass. Between
 * the whole state before and after it (nonces, balances, code and storage of every account) and in its
 * logs there may be nothing but
 * - the fee and the nonce of whoever executes, and the nonces of the Safes that do;
 * - ether and tokens that own accounts have less, and listed payees, within their limits, and own
 *   accounts have more;
 * - allowances between accounts for which the same people act;
 * - the events of these Safes, and of these transfers and allowances, and of allowances of nothing.
 */
export async function effectsOf(chain: LocalChain, request: SigningRequest): Promise<Effects> {
  const { succeeded, fee, changes, logs } = await execute(chain, request);
  const sender = request.kind === 'safe' ? EXECUTOR : KEY;
  const left = new Map(changes);
  const take = (name: string): bigint => {
    const { before, after } = left.get(name) ?? { before: 0n, after: 0n };
    left.delete(name);
    return after - before;
  };
  const found: string[] = succeeded ? [] : ['it fails'];
  const expect = (holds: boolean, otherwise: string): void => {
    if (!holds) found.push(otherwise);
  };

  expect(take(`${sender} nonce`) === 1n, 'the nonce of the sender is not the next');
  const spent = take(`${sender} balance`) + fee;
  if (sender === EXECUTOR) expect(spent === 0n, `the executor has ${spent} wei more`);
  for (const safe of SAFES) {
    const steps = take(`${safe} slot ${NONCE}`);
    expect(steps >= 0n && steps < 10n, `the nonce of ${safe} moves by ${steps}`);
  }
  const paid = new Map<string, bigint>();
  const balances = (nameOf: (holder: Address) => string, most: bigint, asset: string): void => {
    const own = OWN.map((holder) =>
      holder === sender && asset === 'wei' ? spent : take(nameOf(holder)),
    );
    const gains = PAYEES.map((payee) => [payee, take(nameOf(payee))] as const);
    const sum = [...own, ...gains.map(([, gain]) => gain)].reduce(
      (total, gain) => total + gain,
      0n,
    );
    expect(sum === 0n, `${sum} ${asset} come or go elsewhere`);
    for (const [payee, gain] of gains) {
      paid.set(`${payee} ${asset}`, gain);
      expect(gain >= 0n, `${payee} has ${-gain} ${asset} less`);
      expect(payee !== LIMITED || gain <= most, `${payee} has ${gain} ${asset} more`);
    }
  };
  balances((holder) => `${holder} balance`, MOST_ETHER, 'wei');
  balances((holder) => `${TOKEN} slot ${mappingSlot(holder, BALANCES)}`, MOST_TOKENS, 'tokens');
  for (const [owner, spender] of ALLOWED) {
    take(`${TOKEN} slot ${mappingSlot(spender, mappingSlot(owner, ALLOWANCES))}`);
  }
  for (const [name, { before, after }] of left) {
    found.push(`${name}: ${toHex(before)} became ${toHex(after)}`);
  }
  const others = logs.filter((each) => !isOfPayment(each));
  return { beyond: [...found, ...others.map((each) => `logs ${JSON.stringify(each)}`)], paid };
}

function isOfPayment({ address, topics, data }: z.infer<typeof log>): boolean {
  const at = getAddress(address);
  if (SAFES.includes(at)) return SAFE_EVENTS.includes(topics[0] as Hex);
  if (at !== TOKEN) return false;
  const { eventName, args } = decodeEventLog({
    abi: erc20Abi,
    topics: topics as [Hex, ...Hex[]],
    data: data as Hex,
  });
  if (eventName === 'Transfer') {
    return OWN.includes(args.from) && [...OWN, ...PAYEES].includes(args.to);
  }
  return (
    args.value === 0n || ALLOWED.some(([owner, by]) => args.owner === owner && args.spender === by)
  );
}
