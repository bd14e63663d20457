/** What is asked to be signed, from the options that name it. */
import type { Address } from 'viem';
import { parseMessage, parseTypedData } from '../chains/evm/requests/messages.ts';
import type { SigningRequest } from '../chains/evm/requests/request.ts';
import { parseCalls, parseRawTransaction } from '../chains/evm/requests/transaction.ts';
import { parseSafeExport } from '../chains/evm/safe/exports.ts';
import { address } from '../chains/evm/values.ts';
import { InputError, objections, reasonOf, UsageError } from '../errors.ts';
import { list } from '../words.ts';
import { inputName, readJson, readText } from './inputs.ts';

export interface RequestOptions {
  readonly safeTx?: string | undefined;
  readonly typedData?: string | undefined;
  readonly tx?: string | undefined;
  readonly call?: string | undefined;
  readonly message?: string | undefined;
  /** Who sends or signs it, where it does not say so itself. */
  readonly from?: string | undefined;
}

const FORMS = ['--safe-tx', '--typed-data', '--tx', '--call', '--message'] as const;

/**
 * Reads the one request that the options name.
 *
 * @param placed where a file is that they name.
 * @throws UsageError none or several are named.
 */
export async function readRequest(
  options: RequestOptions,
  placed: (path: string) => string = (path) => path,
): Promise<SigningRequest> {
  const { safeTx, typedData, tx, call, message } = options;
  const named = [safeTx, typedData, tx, call, message].filter((each) => each !== undefined);
  const [given] = named;
  if (given === undefined || named.length > 1) {
    throw new UsageError(`say what is to be signed, by one of ${list(FORMS, 'or')}`);
  }
  const from = accountIn(options.from);
  const path = placed(given);
  const where = inputName(path);
  if (safeTx !== undefined) {
    const read = parseSafeExport(where, await readJson(path), { safe: from });
    return read.kind === 'draft' ? read : { kind: 'safe', proposal: read.proposal };
  }
  if (typedData !== undefined) {
    return parseTypedData(where, await readJson(path), { signer: from });
  }
  if (message !== undefined) {
    return parseMessage(where, await readText(path), { signer: from });
  }
  if (tx !== undefined) {
    const transaction = tx.startsWith('0x')
      ? await parseRawTransaction('--tx', tx, { from })
      : await parseRawTransaction(where, await readText(path), { from });
    return { kind: 'transaction', transaction };
  }
  return /^\s*[{[]/.test(given)
    ? await readCalls('--call', parseJson(given), from)
    : await readCalls(where, await readJson(path), from);
}

async function readCalls(
  where: string,
  document: unknown,
  stated: Address | undefined,
): Promise<SigningRequest> {
  const [transaction, ...then] = (await parseCalls(where, document)).map((each) => {
    if (stated !== undefined && each.from !== null && each.from !== stated) {
      throw new InputError(where, `it is sent by ${each.from}, and not by ${stated}`);
    }
    return { ...each, from: each.from ?? stated ?? null };
  });
  if (transaction === undefined) throw new InputError(where, 'expected a call');
  return { kind: 'transaction', transaction, then };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError('--call', `expected JSON: ${reasonOf(error)}`);
  }
}

function accountIn(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const parsed = address.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--from: ${objections(parsed.error).join('; ')}`);
}
