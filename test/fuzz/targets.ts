/** Every decoder of what a stranger writes, what it is given, and what must hold of what it makes of it. */
import { type Hex, hashTypedData, isAddress, keccak256 } from 'viem';
import { z } from 'zod';
import { pushes } from '../../src/chains/evm/bytecode/instructions.ts';
import { decodeCall } from '../../src/chains/evm/decode/decode.ts';
import { type DecodedCall, flatten } from '../../src/chains/evm/decode/decoded.ts';
import { parseRecording, recordedNode } from '../../src/chains/evm/recording.ts';
import { parseMessage, parseTypedData } from '../../src/chains/evm/requests/messages.ts';
import type { SigningRequest } from '../../src/chains/evm/requests/request.ts';
import {
  parseCall,
  parseCalls,
  parseRawTransaction,
} from '../../src/chains/evm/requests/transaction.ts';
import { parseProposal, parseSafeExport } from '../../src/chains/evm/safe/exports.ts';
import {
  encodeExecution,
  joinSignatures,
  type Proposal,
  proposalAt,
  safeHashes,
} from '../../src/chains/evm/safe/transaction.ts';
import { transferOrderIn, transfersIn } from '../../src/chains/evm/transfers.ts';
import { MAX_UINT256 } from '../../src/chains/evm/values.ts';
import { compareAttestations, parseAttestation } from '../../src/check/attestation.ts';
import { ordersOf } from '../../src/check/orders.ts';
import { InputError } from '../../src/errors.ts';
import { parseOrganisation } from '../../src/org/org.ts';
import { organisationRules } from '../../src/org/rules.ts';
import { account } from '../support/accounts.ts';
import * as corpus from './corpus.ts';
import { mutateHex, mutateJson, mutateText } from './mutate.ts';
import { type Target, WHERE } from './target.ts';

/** What must hold, whatever the input: else it is a bug. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}

/** As the command line reads a file. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(WHERE, `expected JSON: ${error}`);
  }
}

const isAmount = (value: bigint): boolean => value >= 0n && value <= MAX_UINT256;

function checkCall(call: DecodedCall): void {
  const all = [...flatten(call)];
  must(all.length <= 1_000, 'at most 1,000 calls are decoded');
  for (const { depth, from, to, value, args, data } of all) {
    must(depth <= 20, 'calls lie at most 20 deep');
    must(isAmount(value), 'an amount is a uint256');
    must(/^0x(?:[0-9a-f]{2})*$/.test(data), 'data is whole bytes');
    must(from === null || isAddress(from), 'who calls is an address, with its checksum');
    must(to === null || isAddress(to), 'who is called is an address, with its checksum');
    must(
      args.every((each) => each.value.length <= 4_096),
      'what is shown of an argument is short',
    );
  }
}

/** Whatever comes after parsing. */
function useProposal({ transaction, signatures, claimedHash }: Proposal): void {
  for (const version of ['0.1.0', '1.1.1', '1.4.1'] as const) safeHashes(transaction, version, 1);
  encodeExecution(transaction, '0x');
  if (signatures.length > 0) joinSignatures(signatures.map(({ signature }) => signature));
  must(isAmount(transaction.nonce) && isAmount(transaction.value), 'an amount is a uint256');
  must(claimedHash === null || claimedHash.length === 66, 'a hash has 32 bytes');
  const { safe: from, to, data, value, operation: kind } = transaction;
  checkCall(decodeCall({ kind, from, to, data, value }));
}

function useRequest(request: SigningRequest): void {
  if (request.kind === 'safe') useProposal(request.proposal);
  if (request.kind === 'draft') return;
  for (const { kind, from, to, data, value } of ordersOf(request)) {
    checkCall(decodeCall({ kind, from, to, data, value }));
  }
  if (request.kind !== 'message') return;
  const { permits, hashes, fields, signer } = request.message;
  must(/^0x[0-9a-f]{64}$/.test(hashes.digest), 'a digest has 32 bytes');
  must(
    fields.every(({ value }) => typeof value === 'string'),
    'what is shown is text',
  );
  must(signer === null || isAddress(signer), 'who signs is an address, with its checksum');
  for (const each of permits) {
    const amounts = each.kind === 'trade' ? [...each.gives, ...each.gets] : [];
    must(
      amounts.every(({ amount }) => amount >= 0n),
      'an amount is not negative',
    );
  }
}

/** The object of EIP-712 in a document, as `parseTypedData` finds it. */
function typedDataIn(document: unknown): unknown {
  if (Array.isArray(document)) {
    const data: unknown = document[1];
    return typeof data === 'string' ? JSON.parse(data) : data;
  }
  return typeof document === 'object' && document !== null && 'typedData' in document
    ? document.typedData
    : document;
}

function readTypedData(input: string): void {
  const document = jsonOf(input);
  const request = parseTypedData(WHERE, document, {});
  useRequest(request);
  const digest =
    request.kind === 'message' ? request.message.hashes.digest : digestClaimed(request);
  const typedData = typedDataIn(document) as Parameters<typeof hashTypedData>[0];
  must(hashTypedData(typedData) === digest, 'the digest is the one that viem has');
}

const digestClaimed = (request: SigningRequest): Hex | null =>
  request.kind === 'safe' && 'proposal' in request ? request.proposal.claimedHash : null;

async function readRawTransaction(input: string): Promise<void> {
  const transaction = await parseRawTransaction(WHERE, input);
  useRequest({ kind: 'transaction', transaction });
  const { type, isSigned, transactionHash } = transaction;
  // Blobs go around with it, and are not hashed.
  if (isSigned && type !== 'eip4844') {
    must(transactionHash === keccak256(input.trim() as Hex), 'its hash is that of its bytes');
  }
}

const CALLER = account(1);
const CALLED = account(2);

function readCalldata(input: string): void {
  const data = input as Hex;
  for (const kind of ['call', 'delegatecall'] as const) {
    checkCall(decodeCall({ kind, from: CALLER, to: CALLED, value: 1n, data }));
  }
}

const log = z.object({
  account: z.string(),
  topics: z.array(z.string().regex(/^0x[0-9a-f]{64}$/)).max(4),
  data: z.string().regex(/^0x(?:[0-9a-f]{2})*$/),
});

function readLog(input: string): void {
  // Nodes' answers are parsed before.
  const parsed = log.safeParse(jsonOf(input));
  if (!parsed.success) throw new InputError(WHERE, 'expected a log');
  const { topics, data } = parsed.data;
  const transfers = transfersIn({ account: CALLED, topics: topics as Hex[], data: data as Hex });
  must(
    transfers.every(({ amount }) => isAmount(amount)),
    'an amount is a uint256',
  );
}

export const TARGETS: readonly Target[] = [
  {
    name: 'parseProposal',
    corpus: corpus.PROPOSALS,
    mutate: mutateJson,
    share: 4,
    decode: (input) => useProposal(parseProposal(WHERE, jsonOf(input))),
  },
  {
    name: 'parseSafeExport',
    corpus: corpus.PROPOSALS,
    mutate: mutateJson,
    share: 8,
    decode: (input) => {
      const parsed = parseSafeExport(WHERE, jsonOf(input));
      useProposal(parsed.kind === 'proposal' ? parsed.proposal : proposalAt(parsed.draft, 0n));
    },
  },
  {
    name: 'parseTypedData',
    corpus: corpus.TYPED_DATA,
    mutate: mutateJson,
    share: 10,
    decode: readTypedData,
  },
  {
    name: 'parseMessage',
    corpus: corpus.MESSAGES,
    mutate: mutateText,
    share: 6,
    decode: (input) => useRequest(parseMessage(WHERE, input, { signer: CALLER, chainId: 1 })),
  },
  {
    name: 'parseRawTransaction',
    corpus: corpus.RAW_TRANSACTIONS,
    mutate: mutateHex,
    share: 10,
    decode: readRawTransaction,
  },
  {
    name: 'parseCall',
    corpus: corpus.CALLS,
    mutate: mutateJson,
    share: 6,
    decode: async (input) => {
      const document = jsonOf(input);
      for (const transaction of await parseCalls(WHERE, document)) {
        useRequest({ kind: 'transaction', transaction });
      }
      return await parseCall(WHERE, document);
    },
  },
  {
    name: 'decodeCall',
    corpus: corpus.CALLDATA,
    mutate: mutateHex,
    share: 30,
    decode: readCalldata,
  },
  {
    name: 'transferOrderIn',
    corpus: corpus.CALLDATA,
    mutate: mutateHex,
    share: 5,
    decode: (input) => transferOrderIn(input as Hex, CALLER),
  },
  { name: 'transfersIn', corpus: corpus.LOGS, mutate: mutateJson, share: 5, decode: readLog },
  {
    name: 'parseAttestation',
    corpus: corpus.ATTESTATIONS,
    mutate: mutateJson,
    share: 5,
    decode: (input) => compareAttestations([parseAttestation(WHERE, jsonOf(input))]),
  },
  {
    name: 'parseOrganisation',
    corpus: corpus.ORGANISATIONS,
    mutate: mutateText,
    share: 5,
    decode: (input) => organisationRules(parseOrganisation(WHERE, input), 1),
  },
  {
    name: 'parseRecording',
    corpus: corpus.RECORDINGS,
    mutate: mutateJson,
    share: 4,
    decode: (input) => recordedNode(WHERE, parseRecording(WHERE, jsonOf(input))),
  },
  {
    name: 'instructions',
    corpus: corpus.CALLDATA,
    mutate: mutateHex,
    share: 2,
    decode: (input) => pushes(input as Hex, 20),
  },
];
