/** How a request would be executed: the messages, and what must hold for them to run. */
import { type Address, concat, type Hex } from 'viem';
import type { AccountTransaction, Authorization } from '../chains/evm/requests/request.ts';
import { examineSignature } from '../chains/evm/safe/signatures.ts';
import {
  approvalBy,
  encodeExecution,
  joinSignatures,
  type Proposal,
  type SafeHashes,
  type SafeTransaction,
  safeHashes,
} from '../chains/evm/safe/transaction.ts';
import { approvedHashSlot, type LikelySafe, NONCE_SLOT } from '../chains/evm/safe/wallet.ts';
import type { Message, Premises } from '../chains/evm/simulation.ts';
import type { Overrides, State } from '../chains/evm/state.ts';
import { NOBODY, slot } from '../chains/evm/values.ts';
import { ReadError } from '../errors.ts';
import type { ProposedInput, SafeFacts } from './facts.ts';
import { transactionsIn } from './orders.ts';

/** What is run to see what a request would do. */
export interface Execution extends Premises {
  readonly messages: readonly Message[];
  /** Who acts in them, besides the positions. */
  readonly acting?: readonly Address[];
}

/**
 * How to run a request.
 *
 * @throws ReadError too little is known of it.
 */
export function executionOf({ request, state }: ProposedInput, safe: SafeFacts | null): Execution {
  switch (request.kind) {
    case 'safe':
      return proposedExecution(safe);
    case 'transaction':
      return transactionExecution(transactionsIn(request), state.chainId);
    case 'message':
      if (request.message.signer === null) throw new ReadError('Nobody says who signs it (--from)');
      return {
        messages: request.message.permits.flatMap((each) =>
          each.kind === 'call' ? [each.call] : [],
        ),
      };
  }
}

const transactionExecution = (
  transactions: readonly AccountTransaction[],
  chainId: number,
): Execution => ({
  messages: transactions.map(({ from, to, data, value }) => {
    if (from === null) throw new ReadError('Nobody says who sends it (--from)');
    return { from, to, data, value };
  }),
  done: delegations(
    transactions.flatMap(({ authorizations }) => authorizations),
    chainId,
  ),
});

const DELEGATION_PREFIX = '0xef0100';

/** The code that accounts run once their authorisations are used; the last one for each counts. */
const delegations = (authorizations: readonly Authorization[], chainId: number): Overrides =>
  Object.fromEntries(
    authorizations
      .filter(({ chainId: on }) => on === 0n || on === BigInt(chainId))
      .flatMap(({ authority, delegate }) =>
        authority === null
          ? []
          : [
              [
                authority,
                { code: BigInt(delegate) === 0n ? '0x' : concat([DELEGATION_PREFIX, delegate]) },
              ] as const,
            ],
      ),
  );

function proposedExecution(safe: SafeFacts | null): Execution {
  if (safe === null || safe.wallet === null || safe.hashes === null) {
    throw new ReadError('The wallet could not be read');
  }
  const { wallet, hashes, signatures, proposal } = safe;
  const { owners, threshold, nonce } = wallet;
  return safeExecution(
    proposal.transaction,
    { owners: owners.value, threshold: threshold.value, nonce: nonce.value },
    { hashes, signatures },
  );
}

/** Who must sign, and what comes next. */
type Signing = Pick<LikelySafe, 'owners' | 'threshold' | 'nonce'>;

/** What was signed. */
export type Signed = Pick<SafeFacts, 'signatures'> & { readonly hashes: SafeHashes };

/** The hashes of a transaction of a Safe, and its signatures by them. */
export async function signedFor(
  { transaction, signatures }: Proposal,
  { owners, version }: Pick<LikelySafe, 'owners' | 'version'>,
  state: State,
): Promise<Signed> {
  const { safe } = transaction;
  const hashes = safeHashes(transaction, version, state.chainId);
  const examined = await Promise.all(
    signatures.map((filed) => examineSignature(filed, hashes, { safe, owners, version }, state)),
  );
  return { hashes, signatures: examined };
}

/** Runs a Safe transaction as if it had all the signatures that it needs. */
export function safeExecution(
  transaction: SafeTransaction,
  wallet: Signing,
  signed: Signed,
): Execution {
  const authorised = authorise(wallet, signed);
  const nonce = wallet.nonce === transaction.nonce ? {} : { [NONCE_SLOT]: slot(transaction.nonce) };
  return {
    messages: [
      {
        // Anyone may execute what is signed; an owner's own account is better left as it is.
        from: NOBODY,
        to: transaction.safe,
        data: encodeExecution(transaction, authorised.signatures),
        value: 0n,
      },
    ],
    pretended: overridesFor(transaction.safe, { ...authorised.storage, ...nonce }),
  };
}

const overridesFor = (safe: Address, storage: Readonly<Record<Hex, Hex>>): Overrides =>
  Object.keys(storage).length === 0 ? {} : { [safe]: { storage } };

/**
 * What makes the Safe accept the transaction: the collected signatures where they suffice, and else
 * as many owners' on-chain approvals as it takes, put under the simulation. Approvals change nothing
 * but whether this one hash may be executed.
 */
function authorise(
  { owners, threshold }: Signing,
  { hashes: { safeTxHash }, signatures: examined }: Signed,
): {
  readonly signatures: Hex;
  readonly storage: Readonly<Record<Hex, Hex>>;
} {
  if (owners.length === 0) {
    throw new ReadError('the Safe has no owners, so nobody can execute');
  }
  const signed = new Map(
    examined.flatMap(({ counts, signer, signature }) =>
      counts === 'yes' && signer !== null ? [[signer, signature] as const] : [],
    ),
  );
  if (signed.size >= threshold) {
    const signatures = byNumber([...signed.keys()]).flatMap((signer) => signed.get(signer) ?? []);
    return { signatures: joinSignatures(signatures), storage: {} };
  }
  const approvers = byNumber(owners).slice(0, threshold);
  return {
    signatures: concat(approvers.map(approvalBy)),
    storage: Object.fromEntries(
      approvers.map((owner) => [approvedHashSlot(owner, safeTxHash), slot(1n)]),
    ),
  };
}

/** Safe wants signatures in the numerical order of their signers. */
const byNumber = (accounts: readonly Address[]): readonly Address[] =>
  [...accounts].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
