/**
 * The notation of the catalogue. A group is what stands on one chain; its entries are requests to sign, and
 * what is to be said of each, written by hand from the source of the contracts. Accounts are called by
 * name, also among the arguments of a call:
 *
 *     by('Treasury', call('Vault', 'transferOwnership(address)', 'mallory'))
 *     gains: ['take Vault: mallory']        the coalitions as estates write them, `|` between them
 */
import {
  type AbiParameter,
  type Address,
  concat,
  encodeFunctionData,
  encodePacked,
  type Hex,
  isAddress,
  parseAbiItem,
  size,
  toFunctionSelector,
} from 'viem';
import { parseTypedData } from '../../../src/chains/evm/requests/messages.ts';
import type {
  AccountTransaction,
  SigningRequest,
} from '../../../src/chains/evm/requests/request.ts';
import { parseProposal } from '../../../src/chains/evm/safe/exports.ts';
import type { Verdict } from '../../../src/check/verdict.ts';
import { NO_ORGANISATION } from '../../../src/org/org.ts';
import { checkRequest } from '../../support/check.ts';
import { type Builder, builderOn, lookUp, namesOf, START } from '../../support/estate.ts';
import { coalitionsIn, duration, type Names } from '../../support/estate-notation.ts';
import { type LocalChain, startLocalChain } from '../../support/local-chain.ts';
import { safeCode } from '../../support/safe-contracts.ts';

type AccountOf = (name: string) => Address;

/** What is made once it is known where everything stands. */
type Later<T> = (at: AccountOf) => T;

export interface Call {
  readonly to: string;
  readonly value: bigint;
  readonly data: Later<Hex>;
}

/** What somebody is asked to sign. */
type Asked =
  | { readonly kind: 'safe'; readonly document: { readonly safe: Address } }
  | { readonly kind: 'transaction'; readonly transaction: AccountTransaction }
  | { readonly kind: 'message'; readonly signer: Address; readonly document: object };

export type Request = Later<Asked>;

/** A contract that the organisation says it uses. */
interface Used {
  readonly name: string;
  /** By these functions alone. */
  readonly functions?: readonly string[];
  /** What it may be allowed to take: in whole units of a token, or all of it. */
  readonly allowances?: readonly { readonly token: string; readonly amount: string }[];
}

/** What `castellan.yaml` says in a group. */
interface Declared {
  readonly payees?: readonly string[];
  readonly contracts?: readonly Used[];
  /** Tokens that count, and their decimals. */
  readonly tokens?: Readonly<Record<string, number>>;
}

interface Change {
  readonly name: string;
  readonly request: Request;
  /** REJECT where somebody without a part in a position takes it. */
  readonly decision: 'HOLD' | 'REJECT';
  /** `take Vault: mallory`; with times where one of them says when. */
  readonly gains: readonly string[];
  /** In the same way; not looked at where it is left out. */
  readonly loses?: readonly string[];
  /** What has to be found, where that is not a coalition's gain or loss. */
  readonly finds?: string;
  /** Beside the wallet that signs; the accounts that `gains` and `loses` name unless said otherwise. */
  readonly positions?: readonly string[];
  /** A request that looks alike, and changes no authority. */
  readonly lookAlike: {
    readonly name: string;
    readonly request: Request;
    /** SIGN where `castellan.yaml` lists everything that it touches. */
    readonly decision: 'SIGN' | 'HOLD';
  };
}

/** What stands on one chain, and the changes of authority there. */
export interface AuthorityGroup extends Declared {
  readonly title: string;
  readonly build: (on: Builder) => Promise<void>;
  readonly changes: readonly Change[];
}

interface Routine {
  readonly name: string;
  readonly request: Request;
  /** Why it is held, though nothing is wrong with it. */
  readonly held?: string;
}

/** What stands on one chain, and what a treasury does there day by day. */
export interface RoutineGroup extends Declared {
  readonly title: string;
  readonly build: (on: Builder) => Promise<void>;
  readonly positions: readonly string[];
  readonly routine: readonly Routine[];
}

export const DAY = 86_400;
export const ETHER = 10n ** 18n;
export const UNLIMITED = (1n << 256n) - 1n;
/** The head of a Safe's lists. */
export const SENTINEL: Address = '0x0000000000000000000000000000000000000001';
/** When the requests are looked at: seconds from the first block. */
export const NOW = 30 * DAY;

const MULTISEND = 'MultiSendCallOnly';

/** The data of a call; accounts among its arguments may be given by name, data by what makes it. */
export const data =
  (signature: string, ...args: readonly unknown[]): Later<Hex> =>
  (at) => {
    const item = parseAbiItem(`function ${signature}` as string);
    if (item.type !== 'function') throw new Error(`no function: ${signature}`);
    return encodeFunctionData({
      abi: [item],
      args: item.inputs.map((input, index) => resolve(input, args[index], at)),
    } as never);
  };

function resolve(input: AbiParameter, value: unknown, at: AccountOf): unknown {
  if (typeof value === 'function') return value(at);
  const [, element] = /^(.*)\[\d*\]$/.exec(input.type) ?? [];
  if (element !== undefined && Array.isArray(value)) {
    return value.map((each) => resolve({ ...input, type: element }, each, at));
  }
  if (input.type === 'tuple' && 'components' in input && Array.isArray(value)) {
    return input.components.map((part, index) => resolve(part, value[index], at));
  }
  if (input.type === 'address' && typeof value === 'string' && !isAddress(value)) return at(value);
  return value;
}

/** `call('Coin', 'transfer(address,uint256)', 'Payee', 5n)` */
export const call = (to: string, signature: string, ...args: readonly unknown[]): Call => ({
  to,
  value: 0n,
  data: data(signature, ...args),
});

export const pay = (to: string, value: bigint): Call => ({ to, value, data: () => '0x' });

/** The same call with ether. */
export const sending = (value: bigint, made: Call): Call => ({ ...made, value });

/** A transaction of a Safe: one call, or several in a MultiSend. */
export const by =
  (safe: string, ...calls: readonly Call[]): Request =>
  (at) => {
    const [only, ...more] = calls;
    if (only !== undefined && more.length === 0) return proposal(at, safe, only);
    return proposal(at, safe, multiSend(...calls), 1);
  };

/** A transaction by which a Safe runs the code of `to` as its own. */
export const delegating =
  (safe: string, made: Call): Request =>
  (at) =>
    proposal(at, safe, made, 1);

/** The same transaction at another nonce, or with a refund. */
export const amended =
  (request: Request, fields: object): Request =>
  (at) => {
    const asked = request(at);
    if (asked.kind !== 'safe') throw new Error('only a proposal of a Safe is amended');
    return { ...asked, document: { ...asked.document, ...fields } };
  };

const proposal = (at: AccountOf, safe: string, made: Call, operation: 0 | 1 = 0): Asked => ({
  kind: 'safe',
  document: {
    safe: at(safe),
    to: at(made.to),
    value: String(made.value),
    data: made.data(at),
    operation,
    nonce: 0,
  } as { readonly safe: Address },
});

/** The calls as MultiSend takes them; `delegated` ones are run as the wallet's own, by a MultiSend that does. */
export const multiSend = (...calls: readonly Call[]): Call =>
  multiSendBy(MULTISEND, ...calls.map((made) => ({ made, operation: 0 as const })));

export const multiSendBy = (
  library: string,
  ...steps: readonly { readonly made: Call; readonly operation: 0 | 1 }[]
): Call =>
  call(library, 'multiSend(bytes)', (at: AccountOf) =>
    concat(
      steps.map(({ made, operation }) => {
        const bytes = made.data(at);
        return encodePacked(
          ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
          [operation, at(made.to), made.value, BigInt(size(bytes)), bytes],
        );
      }),
    ),
  );

/** A transaction of an account without a wallet, and the code that accounts are to run from then on. */
export const sent =
  (
    from: string,
    made: Call,
    authorizations: readonly { readonly authority: string; readonly delegate: string }[] = [],
  ): Request =>
  (at) => ({
    kind: 'transaction',
    transaction: {
      type: authorizations.length === 0 ? 'eip1559' : 'eip7702',
      chainId: 1,
      from: at(from),
      to: at(made.to),
      value: made.value,
      data: made.data(at),
      nonce: null,
      isSigned: false,
      signingHash: null,
      transactionHash: null,
      authorizations: authorizations.map(({ authority, delegate }) => ({
        chainId: 1n,
        delegate: at(delegate),
        nonce: 0n,
        authority: at(authority),
      })),
    },
  });

/** A message that an account signs, as EIP-712 writes it. */
export const signed =
  (signer: string, document: Later<object>): Request =>
  (at) => ({ kind: 'message', signer: at(signer), document: document(at) });

/** A group, built. */
export interface World {
  readonly chain: LocalChain;
  readonly at: AccountOf;
  readonly names: Names;
}

export async function buildWorld({
  build,
}: {
  readonly build: (on: Builder) => Promise<void>;
}): Promise<World> {
  const chain = await startLocalChain({ timestamp: START });
  const accounts = new Map<string, Address>();
  const on = builderOn(chain, accounts);
  try {
    await on.place(MULTISEND, await safeCode('MultiSend 1.3.0'));
    await build(on);
  } catch (error) {
    await chain.stop();
    throw error;
  }
  await chain.request('evm_setNextBlockTimestamp', [START + NOW]);
  await chain.request('evm_mine', []);
  return { chain, at: lookUp(accounts), names: namesOf(accounts) };
}

/** The verdict on a request, where `castellan.yaml` has these positions. */
export async function verdictOn(
  { chain, at }: World,
  declared: Declared,
  positions: readonly string[],
  request: Request,
): Promise<Verdict> {
  const asked = request(at);
  const listed = (name: string) => ({ account: `eip155:1:${at(name)}`, name });
  const asset = (token: string) => `eip155:1/erc20:${at(token)}`;
  const organisation = {
    ...NO_ORGANISATION,
    positions: positions.map(listed),
    payees: (declared.payees ?? []).map(listed),
    assets: Object.entries(declared.tokens ?? {}).map(([symbol, decimals]) => ({
      asset: asset(symbol),
      symbol,
      decimals,
    })),
    contracts: (declared.contracts ?? []).map(({ name, functions, allowances }) => ({
      ...listed(name),
      ...(functions === undefined ? {} : { functions }),
      allowances: (allowances ?? []).map(({ token, amount }) => ({ asset: asset(token), amount })),
    })),
  };
  return await checkRequest(chain, requestOf(asked), { organisation });
}

function requestOf(asked: Asked): SigningRequest {
  switch (asked.kind) {
    case 'safe':
      return { kind: 'safe', proposal: parseProposal('catalogue', asked.document) };
    case 'transaction':
      return asked;
    case 'message':
      return parseTypedData('catalogue', asked.document, { signer: asked.signer });
  }
}

/** What a verdict says of the power over some accounts: now, and when what is queued is executed. */
export function changesOf(
  { power, queued, approvals }: Verdict,
  which: 'gained' | 'lost',
  names: Names,
  accounts: readonly string[],
): Verdict['power']['gained'] {
  const spends = approvals
    .filter(({ isExpected, isWhole }) => !isExpected && !isWhole)
    .map(({ account, spender }) => ({
      ...{ account, action: 'spend', seconds: 0 },
      leaves: [`key(${spender})`],
    }));
  return [
    ...power[which],
    ...queued.flatMap((each) => each[which]),
    ...(which === 'gained' ? spends : []),
  ].filter(({ account }) => accounts.includes(names(account)));
}

/** The positions that a change is about. */
export const positionsOf = ({
  gains,
  loses = [],
  positions,
}: Pick<Change, 'gains' | 'loses' | 'positions'>): readonly string[] =>
  positions ?? [...new Set([...gains, ...loses].map((line) => partsOf(line).account))];

function partsOf(line: string): {
  readonly power: string;
  readonly account: string;
  readonly by: string;
} {
  const [, power, account, by] = /^(\S+) (.+?): (.+)$/.exec(line) ?? [];
  if (power === undefined || account === undefined || by === undefined) {
    throw new Error(`no power, account and coalitions: ${line}`);
  }
  return { power, account, by };
}

/** One line for each power, account and coalition that some lines stand for. */
export const expectedLines = (lines: readonly string[]): readonly string[] =>
  lines
    .map(partsOf)
    .flatMap(({ power, account, by }) =>
      coalitionsIn(by.split(' | ').join('\n')).map((each) => `${power} ${account}: ${each}`),
    )
    .sort();

/** What a verdict says was gained or lost, in the same lines; when only where `expected` does. */
export function foundLines(
  changes: Verdict['power']['gained'],
  names: Names,
  expected: readonly string[],
): readonly string[] {
  const isTimed = expected.some((line) => line.includes(' after '));
  const lines = changes.map(({ account, action, leaves, seconds }) => {
    const members = leaves.map((leaf) => names(leaf).replace(/^key\((.*)\)$/, '$1')).sort();
    const by = members.length === 0 ? 'anyone' : members.join(' + ');
    const when = isTimed && seconds > 0 ? ` after ${duration(seconds)}` : '';
    return `${action} ${names(account)}: ${by}${when}`;
  });
  return [...new Set(lines)].sort();
}

/** The first four bytes of what a function is called with. */
export const selector = (signature: string): Hex => toFunctionSelector(signature);
