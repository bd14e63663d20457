/**
 * Safe transactions as services and wallets hand them out, each in a form of its own. All of them add
 * keys at will, so that unknown ones are not looked at.
 */
import { type Address, isAddressEqual, size, zeroAddress } from 'viem';
import { z } from 'zod';
import { InputError, objections } from '../../../errors.ts';
import { address, bytes, isRecord, uint256, word } from '../values.ts';
import { contractSignature, type Draft, filedSignatures, type Proposal } from './transaction.ts';
import { builderFile } from './transaction-builder.ts';

/** A transaction as it was handed out: proposed already, or still without a nonce. */
export type SafeExport =
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'draft'; readonly draft: Draft };

const MAX_CONFIRMATIONS = 200;
const MAX_SIGNATURES_BYTES = 1 << 16;

const orZero = address.nullish().transform((value) => value ?? zeroAddress);
const orNone = bytes.nullish().transform((value) => value ?? '0x');
const quantityOrZero = uint256.nullish().transform((value) => value ?? 0n);

const operation = z
  .union([z.literal(0), z.literal(1)], 'expected 0 (call) or 1 (delegatecall)')
  .transform((number) => (number === 0 ? 'call' : 'delegatecall'));

const call = { to: address, value: uint256, data: orNone, operation };

const terms = {
  safeTxGas: quantityOrZero,
  baseGas: quantityOrZero,
  gasPrice: quantityOrZero,
  gasToken: orZero,
  refundReceiver: orZero,
  nonce: uint256,
};

const blob = bytes.refine(
  (value) => size(value) <= MAX_SIGNATURES_BYTES,
  'expected at most 64 KiB of signatures',
);

/**
 * The Safe transaction service's form. What Safe{Wallet} shows of a transaction as JSON is the same, but
 * for the Safe, which it leaves out.
 */
const service = (stated: Address | undefined) =>
  z
    .object({
      safe: stated === undefined ? address : address.nullish().transform((said) => said ?? stated),
      ...call,
      ...terms,
      safeTxHash: word.nullish(),
      confirmations: z
        .array(z.object({ owner: address.nullish(), signature: bytes.nullish() }))
        .max(MAX_CONFIRMATIONS)
        .nullish(),
      signatures: blob.nullish(),
    })
    .transform(
      ({ safeTxHash, confirmations, signatures, ...transaction }): SafeExport => ({
        kind: 'proposal',
        proposal: {
          transaction,
          claimedHash: safeTxHash ?? null,
          signatures: filedSignatures(confirmations ?? [], signatures ?? '0x'),
        },
      }),
    );

const named = z.object({ value: address }).transform(({ value }) => value);

/** The form of the gateway that Safe{Wallet} reads. */
const gateway = z
  .object({
    safeAddress: address,
    txData: z.object({ to: named, value: uint256, hexData: orNone, operation }),
    detailedExecutionInfo: z.object({
      ...terms,
      type: z.literal('MULTISIG', 'expected MULTISIG: only owners sign'),
      refundReceiver: named.nullish().transform((value) => value ?? zeroAddress),
      safeTxHash: word.nullish(),
      confirmations: z
        .array(z.object({ signer: named, signature: bytes.nullish() }))
        .max(MAX_CONFIRMATIONS)
        .nullish(),
    }),
  })
  .transform(({ safeAddress: safe, txData, detailedExecutionInfo }): SafeExport => {
    const { hexData: data, ...called } = txData;
    const { type: _, safeTxHash, confirmations, ...agreed } = detailedExecutionInfo;
    const filed = (confirmations ?? []).map(({ signer: owner, signature }) => ({
      owner,
      signature,
    }));
    return {
      kind: 'proposal',
      proposal: {
        transaction: { safe, ...called, data, ...agreed },
        claimedHash: safeTxHash ?? null,
        signatures: filedSignatures(filed, '0x'),
      },
    };
  });

/** A signature as the SDK keeps it: of a contract, only the data. */
const sdkSignature = z
  .object({ signer: address, data: bytes, isContractSignature: z.boolean().nullish() })
  .transform(({ signer: owner, data, isContractSignature }) => ({
    owner,
    signature: isContractSignature === true ? contractSignature(owner, data) : data,
  }));

/** In a list, or by their signers; or joined as the chain reads them. */
const sdkSignatures = z.union(
  [
    blob.transform((signatures) => filedSignatures([], signatures)),
    z
      .union([
        z.array(sdkSignature),
        z.record(z.string(), sdkSignature).transform((bySigner) => Object.values(bySigner)),
      ])
      .refine(({ length }) => length <= MAX_CONFIRMATIONS)
      .transform((signatures) => filedSignatures(signatures, '0x')),
  ],
  `expected signatures as bytes, or at most ${MAX_CONFIRMATIONS}, each with its signer and data`,
);

const NOT_SAID = 'missing: expected the address of the Safe';

/** The form of the Safe{Core} SDK (protocol-kit), which leaves out the Safe: it stands beside it. */
const sdk = (stated: Address | undefined) =>
  z
    .object({
      safe: address.nullish(),
      safeAddress: address.nullish(),
      data: z.object({ ...call, ...terms }),
      safeTxHash: word.nullish(),
      signatures: sdkSignatures.nullish(),
    })
    .transform(({ safe, safeAddress, data, safeTxHash, signatures }, context): SafeExport => {
      const whose = safe ?? safeAddress ?? stated;
      if (whose === undefined) {
        context.addIssue({ code: 'custom', path: ['safe'], message: NOT_SAID });
        return z.NEVER;
      }
      return {
        kind: 'proposal',
        proposal: {
          transaction: { safe: whose, ...data },
          claimedHash: safeTxHash ?? null,
          signatures: signatures ?? [],
        },
      };
    });

/** The file of the Transaction Builder. */
const builder = (stated: Address | undefined) =>
  builderFile.transform(({ chainId, safe, transaction }, context): SafeExport => {
    const whose = safe ?? stated;
    if (whose === undefined) {
      const path = ['meta', 'createdFromSafeAddress'];
      context.addIssue({ code: 'custom', path, message: NOT_SAID });
      return z.NEVER;
    }
    return { kind: 'draft', draft: { chainId, transaction: { safe: whose, ...transaction } } };
  });

/**
 * Parses a transaction in any form in which it is handed out: that of Safe's transaction service, also a
 * page of one; of the gateway of Safe{Wallet}; of the Safe{Core} SDK; or of the Transaction Builder.
 *
 * @param where names the document in errors.
 * @param stated the Safe, where the document leaves it out.
 * @throws InputError with every objection.
 */
export function parseSafeExport(
  where: string,
  document: unknown,
  stated: { readonly safe?: Address | undefined } = {},
): SafeExport {
  const { path, inner } = onlyResult(where, document);
  const parsed = formOf(inner, stated.safe).safeParse(inner);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((each) => ({ ...each, path: [...path, ...each.path] }));
    throw new InputError(where, objections({ issues }));
  }
  const { safe } = transactionIn(parsed.data);
  if (stated.safe !== undefined && !isAddressEqual(safe, stated.safe)) {
    throw new InputError(where, `it is a transaction of ${safe}, not of ${stated.safe}`);
  }
  return parsed.data;
}

/**
 * Parses a transaction like `parseSafeExport`, where it is to be one that was proposed.
 *
 * @throws InputError also where it has no nonce yet.
 */
export function parseProposal(where: string, document: unknown): Proposal {
  const parsed = parseSafeExport(where, document);
  if (parsed.kind === 'proposal') return parsed.proposal;
  throw new InputError(where, 'it has no nonce, and so no hash yet: propose it, and export that');
}

const transactionIn = (parsed: SafeExport): Draft['transaction'] =>
  parsed.kind === 'draft' ? parsed.draft.transaction : parsed.proposal.transaction;

/** What a page of results has in it, which is to be one transaction; else the document itself. */
function onlyResult(
  where: string,
  document: unknown,
): { readonly path: readonly PropertyKey[]; readonly inner: unknown } {
  if (!isRecord(document) || !Array.isArray(document['results'])) {
    return { path: [], inner: document };
  }
  const [inner, ...others]: readonly unknown[] = document['results'];
  if (inner !== undefined && others.length === 0) return { path: ['results', 0], inner };
  const { length } = document['results'];
  throw new InputError(where, `results: expected one transaction, not ${length}`);
}

function formOf(document: unknown, safe: Address | undefined): z.ZodType<SafeExport> {
  if (!isRecord(document)) return service(safe);
  if ('detailedExecutionInfo' in document || 'txData' in document) return gateway;
  if ('transactions' in document) return builder(safe);
  return isRecord(document['data']) ? sdk(safe) : service(safe);
}
