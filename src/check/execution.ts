/** Runs a Safe transaction as if it had all the signatures that it needs, and reads power after it. */
import { type Address, concat, type Hex, toEventSelector } from 'viem';
import type { ExaminedSignature } from '../chains/evm/safe/signatures.ts';
import {
  approvalBy,
  encodeExecution,
  joinSignatures,
  type SafeHashes,
} from '../chains/evm/safe/transaction.ts';
import { approvedHashSlot, NONCE_SLOT, type SafeWallet } from '../chains/evm/safe/wallet.ts';
import { simulate } from '../chains/evm/simulate.ts';
import type { Overrides } from '../chains/evm/state.ts';
import { addressIn, slot } from '../chains/evm/values.ts';
import { ReadError } from '../errors.ts';
import { mapPower, type PowerMap } from '../map/map.ts';
import { diff } from '../power/analysis.ts';
import { examineCalls, paymentsIn } from './effects.ts';
import type { CheckInput, Outcome, Unsimulated } from './facts.ts';

/** What is known of the transaction before it is run. */
interface Known {
  readonly before: PowerMap;
  readonly wallet: SafeWallet;
  readonly hashes: SafeHashes;
  readonly signatures: readonly ExaminedSignature[];
}

/** What the transaction would do, or why that cannot be said. */
export async function simulateOutcome(
  input: CheckInput,
  known: Known,
): Promise<Outcome | Unsimulated> {
  try {
    return await simulateExecution(input, known);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return { simulated: false, reason: error.message };
  }
}

async function simulateExecution(
  { node, state, organisation, proposal: { transaction } }: CheckInput,
  { before, wallet, hashes, signatures }: Known,
): Promise<Outcome> {
  const { safe } = transaction;
  const authorised = authorise(wallet, hashes, signatures);
  const simulation = await simulate(
    node,
    state,
    {
      from: authorised.executor,
      to: safe,
      data: encodeExecution(transaction, authorised.signatures),
      value: 0n,
    },
    overridesFor(safe, {
      ...authorised.storage,
      ...(wallet.nonce.value === transaction.nonce
        ? {}
        : { [NONCE_SLOT]: slot(transaction.nonce) }),
    }),
  );
  const positions = before.positions
    .map(({ account }) => addressIn(state.chainId, account))
    .filter((account) => account !== null);
  const after = await mapPower(simulation.after, positions, organisation);
  // Without a trace, only the call that the Safe transaction itself makes is known.
  const { to, data, value, operation: kind } = transaction;
  const calls = simulation.calls ?? [{ kind, from: safe, to, data, value }];
  return {
    simulated: true,
    simulation,
    executes: !simulation.logs.some(
      ({ account, topics: [topic] }) =>
        account === safe && topic !== undefined && EXECUTION_FAILURES.has(topic),
    ),
    after,
    changes: diff(before, after),
    payments: paymentsIn(simulation, calls, positions),
    ...(await examineCalls(calls, simulation.calls !== null, positions, before, wallet, state)),
  };
}

/** How a Safe says that the call inside failed: from 1.1.0 on, and in 1.0.0. */
const EXECUTION_FAILURES: ReadonlySet<Hex> = new Set([
  toEventSelector('ExecutionFailure(bytes32,uint256)'),
  toEventSelector('ExecutionFailed(bytes32)'),
]);

const overridesFor = (safe: Address, storage: Readonly<Record<Hex, Hex>>): Overrides =>
  Object.keys(storage).length === 0 ? {} : { [safe]: { storage } };

/**
 * What makes the Safe accept the transaction: the collected signatures where they suffice, and else
 * as many owners' on-chain approvals as it takes, put under the simulation. Approvals change nothing
 * but whether this one hash may be executed.
 */
function authorise(
  { owners, threshold }: SafeWallet,
  { safeTxHash }: SafeHashes,
  examined: readonly ExaminedSignature[],
): {
  readonly executor: Address;
  readonly signatures: Hex;
  readonly storage: Readonly<Record<Hex, Hex>>;
} {
  const [executor] = byNumber(owners.value);
  if (executor === undefined) throw new ReadError('the Safe has no owners, so nobody can execute');
  const signed = new Map(
    examined.flatMap(({ counts, signer, signature }) =>
      counts === 'yes' && signer !== null ? [[signer, signature] as const] : [],
    ),
  );
  if (signed.size >= threshold.value) {
    const signatures = byNumber([...signed.keys()]).flatMap((signer) => signed.get(signer) ?? []);
    return { executor, signatures: joinSignatures(signatures), storage: {} };
  }
  const approvers = byNumber(owners.value).slice(0, threshold.value);
  return {
    executor,
    signatures: concat(approvers.map(approvalBy)),
    storage: Object.fromEntries(
      approvers.map((owner) => [approvedHashSlot(owner, safeTxHash), slot(1n)]),
    ),
  };
}

/** Safe wants signatures in the numerical order of their signers. */
const byNumber = (accounts: readonly Address[]): readonly Address[] =>
  [...accounts].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
