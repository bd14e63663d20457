/** Estates: what an organisation keeps on one chain and, written by hand, who holds power over it. */
import { readFile } from 'node:fs/promises';
import { type Address, encodeFunctionData, type Hex, keccak256, parseAbi, toHex } from 'viem';
import { z } from 'zod';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { addressOf } from '../../src/chains/evm/values.ts';
import { ReadError } from '../../src/errors.ts';
import { mapPower, type PowerMap } from '../../src/map/map.ts';
import { NO_ORGANISATION } from '../../src/org/org.ts';
import { account } from './accounts.ts';
import type { Compiled } from './compile.ts';
import type { Names } from './estate-notation.ts';
import { type LocalChain, send, startLocalChain } from './local-chain.ts';
import { deployCompiled } from './openzeppelin.ts';
import { permit2Code } from './packages.ts';
import { type SafeContract, safeCode } from './safe-contracts.ts';
import { type SafeSetup, safeStorage } from './safe-storage.ts';

/** Who takes a position, or holds another power over it. */
interface Taking {
  /** The fewest holders that suffice; `null` for nobody. */
  readonly fewest: number | null;
  readonly soonest: string | null;
  /** Every minimal coalition, in the notation. */
  readonly by: string;
}

/** One estate: how it is built, and what the product has to say of it. */
export interface Estate {
  readonly title: string;
  readonly build: (on: Builder) => Promise<void>;
  /** How many contracts it is made of. */
  readonly contracts: number;
  /** The accounts without code that power rests on: `act(alice) <= key(alice)` for each. */
  readonly keys: readonly string[];
  /** Every other rule, in the notation. */
  readonly rules: string;
  /** All that is left unread: the account, and why. */
  readonly unread: string;
  /** Who takes each position. Everything else is found from these. */
  readonly positions: Readonly<Record<string, Taking>>;
  /** Who holds other powers over a position: `mint(Coin)`. */
  readonly others?: Readonly<Record<string, Taking>>;
  /** Tokens whose allowances count. */
  readonly tokens?: readonly string[];
  /** Accounts whose code the node does not give. */
  readonly withheld?: readonly string[];
}

/** What an estate is built with. */
export interface Builder {
  readonly chain: LocalChain;
  /** Accounts without code, by what they are called. */
  keys<Name extends string>(names: readonly Name[]): Readonly<Record<Name, Address>>;
  /** An account for what is to be put there later. */
  reserve(name: string): Address;
  /** Calls an account by a name from here on. */
  name(name: string, account: Address): Address;
  /** The account of a name. */
  at(name: string): Address;
  /** Deploys a contract, compiled or by its path in node_modules. */
  deploy(
    name: string,
    what: Compiled | string,
    args?: readonly unknown[],
    from?: Address,
  ): Promise<Address>;
  /** Has `from` call a function: `grantRole(bytes32,address)`. */
  call(from: Address, to: Address, signature: string, ...args: readonly unknown[]): Promise<void>;
  /** Calls what stands in a slot of an account by a name from here on. */
  nameIn(name: string, account: Address, slot: Hex): Promise<Address>;
  /** Calls what an account answers to a question by a name from here on. */
  nameAt(name: string, account: Address, signature: string): Promise<Address>;
  /** Puts code at an account of its own. */
  place(name: string, code: Hex, storage?: Readonly<Record<Hex, Hex>>): Promise<Address>;
  /** Puts a Safe of that version at an account, its own unless said otherwise; its singleton is called `Safe 1.4.1`. */
  safe(
    name: string,
    version: SafeVersion,
    setup: Omit<SafeSetup, 'singleton'>,
    at?: Address,
  ): Promise<Address>;
  /** The time of the next block: seconds from the first. */
  until(seconds: number): Promise<void>;
}

/** Those of which the packages were built into the very code that was deployed. */
type SafeVersion = '1.1.1' | '1.3.0' | '1.4.1' | '1.5.0';

/** Whoever deploys; what is not given away stays theirs. */
export const DEPLOYER: Address = account(0xde);

/** The hash by which a contract knows a role. */
export const roleHash = (name: string): Hex => keccak256(toHex(name));

/** The data of a call: `encode('grantRole(bytes32,address)', role, alice)`. */
export function encode(signature: string, ...args: readonly unknown[]): Hex {
  const abi = parseAbi([`function ${signature}`] as readonly string[]);
  return encodeFunctionData({ abi, args } as never);
}

export const START = 1_700_000_000;
/** When estates are looked at: seconds from the first block. */
export const NOW = 30 * 86_400;

/** What was read of an estate that was built. */
export interface Survey {
  readonly map: PowerMap;
  readonly names: Names;
  /** The accounts of the estate that have code. */
  readonly contracts: readonly string[];
  readonly accountOf: (name: string) => Address;
}

/** Builds an estate on a chain of its own, and reads it as `castellan map` does. */
export async function survey(estate: Estate): Promise<Survey> {
  const chain = await startLocalChain({ timestamp: START });
  try {
    const accounts = new Map<string, Address>();
    await estate.build(builderOn(chain, accounts));
    await chain.request('evm_setNextBlockTimestamp', [START + NOW]);
    await chain.request('evm_mine', []);
    const accountOf = lookUp(accounts);
    const state = await openState(rpcNode(chain.url));
    const withheld = new Set((estate.withheld ?? []).map(accountOf));
    const map = await mapPower(
      {
        ...state,
        code: (of) =>
          withheld.has(of) ? Promise.reject(new ReadError('the node has no code')) : state.code(of),
      },
      Object.keys(estate.positions).map(accountOf),
      {
        ...NO_ORGANISATION,
        assets: (estate.tokens ?? []).map((symbol) => ({
          asset: `eip155:1/erc20:${accountOf(symbol)}`,
          symbol,
          decimals: 0,
        })),
      },
    );
    const codes = await Promise.all(
      [...accounts].map(async ([name, of]) => (isContract(await state.code(of)) ? [name] : [])),
    );
    return { map, names: namesOf(accounts), contracts: codes.flat(), accountOf };
  } finally {
    await chain.stop();
  }
}

/** Whether code is a contract's, and no key's delegation to one. */
const isContract = (code: Hex): boolean => code !== '0x' && !code.startsWith('0xef0100');

/** The account of a name. */
export const lookUp =
  (accounts: ReadonlyMap<string, Address>) =>
  (name: string): Address => {
    const found = accounts.get(name);
    if (found === undefined) throw new Error(`nothing is called ${name}`);
    return found;
  };

/** Says names for addresses, whatever is written around them. */
export function namesOf(accounts: ReadonlyMap<string, Address>): Names {
  const byAddress = new Map([...accounts].map(([name, of]) => [of.toLowerCase(), name]));
  return (text) =>
    text
      .replace(/^eip155:1\/slip44:60$/, 'ether')
      .replace(
        /(?:eip155:1[:/])?(?:erc\d+:)?(0x[0-9a-fA-F]{40})(?![0-9a-fA-F])/g,
        (all, address: string) => byAddress.get(address.toLowerCase()) ?? all,
      );
}

/** Builds on a chain, and keeps what accounts are called in `accounts`. */
export function builderOn(chain: LocalChain, accounts: Map<string, Address>): Builder {
  let next = 0;
  const name = (called: string, at: Address): Address => {
    if (accounts.has(called)) throw new Error(`two accounts are called ${called}`);
    accounts.set(called, at);
    return at;
  };
  const own = (called: string): Address => {
    next += 1;
    return name(called, account(0xe000 + next));
  };
  const place: Builder['place'] = async (called, code, storage = {}) => {
    const at = own(called);
    await chain.set({ [at]: { code, storage } });
    return at;
  };
  const singleton = async (version: SafeVersion): Promise<Address> => {
    const called = `Safe ${version}`;
    const contract: SafeContract = `singleton ${version}`;
    return accounts.get(called) ?? (await place(called, await safeCode(contract)));
  };
  name('deployer', DEPLOYER);
  return {
    chain,
    keys: <Name extends string>(names: readonly Name[]) =>
      Object.fromEntries(names.map((each) => [each, own(each)])) as Record<Name, Address>,
    reserve: own,
    name,
    at: lookUp(accounts),
    place,
    deploy: async (called, what, args = [], from = DEPLOYER) => {
      const compiled = typeof what === 'string' ? await linked(what) : what;
      return name(called, await deployCompiled(chain, from, compiled, args));
    },
    nameIn: async (called, of, slot) => {
      const word = await chain.request('eth_getStorageAt', [of, slot, 'latest']);
      return name(called, addressOf(word as Hex));
    },
    nameAt: async (called, of, signature) => {
      const answer = await chain.request('eth_call', [
        { to: of, data: encode(signature) },
        'latest',
      ]);
      return name(called, addressOf(answer as Hex));
    },
    call: async (from, to, signature, ...args) => {
      await send(chain, from, { to, data: encode(signature, ...args) });
    },
    safe: async (called, version, setup, at = own(called)) => {
      const contract: SafeContract = `proxy ${version}`;
      const storage = safeStorage({ singleton: await singleton(version), ...setup });
      await chain.set({ [at]: { code: await safeCode(contract), storage } });
      return at;
    },
    until: async (seconds) => {
      await chain.request('evm_setNextBlockTimestamp', [toHex(START + seconds)]);
    },
  };
}

/** Puts Permit2 where it stands on every chain. */
export async function placePermit2({ chain, name }: Builder): Promise<Address> {
  await chain.set({ [PERMIT2]: { code: await permit2Code() } });
  return name('Permit2', PERMIT2);
}

const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';

const unlinked = z.object({
  abi: z.array(z.any()),
  bytecode: z.string().transform((code) => code.replace(/^(0x)?/, '0x')),
  linkReferences: z
    .record(z.string(), z.record(z.string(), z.array(z.object({ start: z.number() }))))
    .default({}),
});

/** A contract of a package, with its libraries where the compiler left room for them. */
export async function linked(
  path: string,
  libraries: Readonly<Record<string, Address>> = {},
): Promise<Compiled> {
  const { abi, bytecode, linkReferences } = unlinked.parse(
    JSON.parse(await readFile(`node_modules/${path}`, 'utf8')),
  );
  let code = bytecode;
  for (const [name, places] of Object.values(linkReferences).flatMap(Object.entries)) {
    for (const { start } of places) {
      const from = 2 + 2 * start;
      code = code.slice(0, from) + libraries[name]?.slice(2) + code.slice(from + 40);
    }
  }
  return { abi, bytecode: z.templateLiteral(['0x', z.hex()]).parse(code) };
}
