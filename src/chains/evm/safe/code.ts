/** The published code of Safe's contracts, by its keccak-256 hash. What is not here is not known. */
import {
  type DeploymentFilter,
  getCompatibilityFallbackHandlerDeployment,
  getDefaultCallbackHandlerDeployment,
  getMultiSendCallOnlyDeployment,
  getMultiSendDeployment,
  getSafeL2SingletonDeployment,
  getSafeSingletonDeployment,
  getTokenCallbackHandlerDeployment,
} from '@safe-global/safe-deployments';
import { type Address, concat, type Hex, keccak256, size, slice, zeroHash } from 'viem';
import { addressOf } from '../values.ts';

/** The versions that were ever deployed to Ethereum and share one storage layout. */
const SAFE_VERSIONS = ['1.0.0', '1.1.1', '1.2.0', '1.3.0', '1.4.1', '1.5.0'] as const;

export type SafeVersion = (typeof SAFE_VERSIONS)[number];

type Lookup = (
  filter: DeploymentFilter,
) => { readonly deployments: Readonly<Record<string, { readonly codeHash: string }>> } | undefined;

/** Every published code of some contracts, with the version that it belongs to. */
function published(...lookups: readonly Lookup[]): ReadonlyMap<string, SafeVersion> {
  return new Map(
    SAFE_VERSIONS.flatMap((version) =>
      lookups
        .flatMap((lookup) => Object.values(lookup({ version })?.deployments ?? {}))
        .map(({ codeHash }) => [codeHash, version] as const),
    ),
  );
}

const singletons = published(getSafeSingletonDeployment, getSafeL2SingletonDeployment);

const handlers = published(
  getDefaultCallbackHandlerDeployment,
  getCompatibilityFallbackHandlerDeployment,
  getTokenCallbackHandlerDeployment,
);

const batches = published(getMultiSendDeployment, getMultiSendCallOnlyDeployment);

/**
 * Proxies that delegate every call to the singleton in slot 0. Hashed from the runtime code in Safe's
 * npm packages (`Proxy` 1.0.0 and 1.1.1, `GnosisSafeProxy` 1.2.0 and 1.3.0, `SafeProxy` 1.4.1 and
 * 1.5.0); 1.1.1 is the code of the wallet that Bybit lost.
 */
const proxies: ReadonlySet<string> = new Set([
  '0x9999daa94896b1dc51734d94c68aec28587d45e0584a50b319cb99b1f335d99b',
  '0xaea7d4252f6245f301e540cfbee27d3a88de543af8e49c5c62405d5499fab7e5',
  '0x958a485acd4eff0908ba6c67238d33eedec70bc99115074ad38ae14d1017f9db',
  '0xb89c1b3bdf2cf8827818646bce9a8f6e372885f8c55e5c07acbd307cb133b000',
  '0xd7d408ebcd99b2b70be43e20253d6d92a8ea8fab29bd3be7f55b10032331fb4c',
  '0x4e381985ca68b3e5d27b4425fa581c19cf33146d3f887a3cfca96f55528ea46f',
]);

/** A version by what it is called. */
export const versionCalled = (name: string): SafeVersion | undefined =>
  SAFE_VERSIONS.find((version) => version === name);

/** The version of a Safe singleton; `undefined` for any other code. */
export const singletonVersion = (codeHash: Hex): SafeVersion | undefined =>
  singletons.get(codeHash);

export const isSafeProxy = (codeHash: Hex): boolean => proxies.has(codeHash);

/**
 * A fallback handler that only answers questions about its Safe; or Safe4337Module, which hands on what
 * its entry point asks, and only to a Safe that has it enabled as a module.
 */
export const isKnownHandler = (code: Hex): boolean =>
  handlers.has(keccak256(code)) || entryPointOf(code) !== null;

/** Safe4337Module 0.3.0, hashed from its npm package, its immutable entry point left out. */
const SAFE_4337_HASH: Hex = '0xc1b77dd009676bd32354616171ad2887147501ba6ef7fbfba2f0ad5b476eb2db';
/** Where its code has the entry point, in 32 bytes each. */
const ENTRY_POINTS: readonly number[] = [418, 1580, 2132, 3105, 3478, 4837];

/** The entry point that a Safe4337Module is built for; `null` where the code is any other. */
export function entryPointOf(code: Hex): Address | null {
  const places = ENTRY_POINTS.filter((at) => at + 32 <= size(code));
  const words = new Set(places.map((at) => slice(code, at, at + 32)));
  const [word] = words;
  if (word === undefined || words.size > 1 || places.length < ENTRY_POINTS.length) return null;
  const without = ENTRY_POINTS.reduce<Hex>(
    (rest, at) => concat([slice(rest, 0, at), zeroHash, slice(rest, at + 32)]),
    code,
  );
  return keccak256(without) === SAFE_4337_HASH ? addressOf(word) : null;
}

/** MultiSend: run by delegatecall, it does nothing but make the calls that it is given. */
export const isMultiSend = (codeHash: Hex): boolean => batches.has(codeHash);

/** Whether a version is at least another. */
export const atLeastVersion = (version: SafeVersion, least: SafeVersion): boolean =>
  SAFE_VERSIONS.indexOf(version) >= SAFE_VERSIONS.indexOf(least);
