/** What is asked to be signed, from the options that name it. */
import { type Address, getAddress, isAddress } from 'viem';
import { parseMessage, parseTypedData } from '../chains/evm/requests/messages.ts';
import type { SigningRequest } from '../chains/evm/requests/request.ts';
import { parseCalls, parseRawTransaction } from '../chains/evm/requests/transaction.ts';
import { parseSafeExport } from '../chains/evm/safe/exports.ts';
import { InputError, reasonOf, UsageError } from '../errors.ts';
import { inputName, readJson, readText } from './inputs.ts';

export interface RequestOptions {
  readonly safeTx?: string;
  readonly typedData?: string;
  readonly tx?: string;
  readonly call?: string;
  readonly message?: string;
  /** Who sends or signs it, where it does not say so itself. */
  readonly from?: string;
}

const FORMS = ['--safe-tx', '--typed-data', '--tx', '--call', '--message'] as const;

/**
 * Reads the one request that the options name.
 *
 * @throws UsageError none or several are named.
 */
export async function readRequest(options: RequestOptions): Promise<SigningRequest> {
  const { safeTx, typedData, tx, call, message } = options;
  const named = [safeTx, typedData, tx, call, message].filter((each) => each !== undefined);
  if (named.length !== 1)
    throw new UsageError(`say what is to be signed: one of ${FORMS.join(', ')}`);
  const from = accountIn(options.from);
  if (safeTx !== undefined) {
    const read = parseSafeExport(inputName(safeTx), await readJson(safeTx), {
      ...(from === undefined ? {} : { safe: from }),
    });
    return read.kind === 'draft' ? read : { kind: 'safe', proposal: read.proposal };
  }
  if (typedData !== undefined) {
    return parseTypedData(inputName(typedData), await readJson(typedData), { signer: from });
  }
  if (message !== undefined) {
    return parseMessage(inputName(message), await readText(message), { signer: from });
  }
  if (tx !== undefined) {
    const isGiven = tx.startsWith('0x');
    const text = isGiven ? tx : await readText(tx);
    const where = isGiven ? '--tx' : inputName(tx);
    return { kind: 'transaction', transaction: await parseRawTransaction(where, text, { from }) };
  }
  return await readCalls(call ?? '-', from);
}

async function readCalls(call: string, stated: Address | undefined): Promise<SigningRequest> {
  const isGiven = /^\s*[{[]/.test(call);
  const where = isGiven ? '--call' : inputName(call);
  const document = isGiven ? parseJson(call) : await readJson(call);
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
  if (!isAddress(text)) throw new UsageError('--from: expected an address: 0x and 40 hex digits');
  return getAddress(text);
}
