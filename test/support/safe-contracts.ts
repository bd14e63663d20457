/** The real contracts of Safe, from their published packages. */
import { readFile } from 'node:fs/promises';
import type { Hex } from 'viem';

const ARTEFACTS = {
  'singleton 1.0.0': 'safe-1.0.0/build/contracts/GnosisSafe.json',
  'singleton 1.1.1': 'safe-1.1.1/build/contracts/GnosisSafe.json',
  'singleton 1.2.0': 'safe-1.2.0/build/contracts/GnosisSafe.json',
  'singleton 1.3.0': 'safe-1.3.0/build/artifacts/contracts/GnosisSafe.sol/GnosisSafe.json',
  'singleton 1.3.0 L2': 'safe-1.3.0/build/artifacts/contracts/GnosisSafeL2.sol/GnosisSafeL2.json',
  'singleton 1.4.1': 'safe-1.4.1/build/artifacts/contracts/Safe.sol/Safe.json',
  'singleton 1.4.1 L2': 'safe-1.4.1/build/artifacts/contracts/SafeL2.sol/SafeL2.json',
  'singleton 1.5.0': 'safe-1.5.0/build/artifacts/contracts/Safe.sol/Safe.json',
  'singleton 1.5.0 L2': 'safe-1.5.0/build/artifacts/contracts/SafeL2.sol/SafeL2.json',
  'proxy 1.0.0': 'safe-1.0.0/build/contracts/Proxy.json',
  'proxy 1.1.1': 'safe-1.1.1/build/contracts/Proxy.json',
  'proxy 1.2.0': 'safe-1.2.0/build/contracts/GnosisSafeProxy.json',
  'proxy 1.3.0':
    'safe-1.3.0/build/artifacts/contracts/proxies/GnosisSafeProxy.sol/GnosisSafeProxy.json',
  'proxy 1.4.1': 'safe-1.4.1/build/artifacts/contracts/proxies/SafeProxy.sol/SafeProxy.json',
  'proxy 1.5.0': 'safe-1.5.0/build/artifacts/contracts/proxies/SafeProxy.sol/SafeProxy.json',
  'handler 1.3.0':
    'safe-1.3.0/build/artifacts/contracts/handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json',
  'handler 1.4.1':
    'safe-1.4.1/build/artifacts/contracts/handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json',
  'handler 1.5.0':
    'safe-1.5.0/build/artifacts/contracts/handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json',
  'SignMessageLib 1.3.0':
    'safe-1.3.0/build/artifacts/contracts/examples/libraries/SignMessage.sol/SignMessageLib.json',
  'MultiSend 1.3.0':
    'safe-1.3.0/build/artifacts/contracts/libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json',
} as const;

export type SafeContract = keyof typeof ARTEFACTS;

/** The runtime code of a contract, as its package was built. */
export async function safeCode(contract: SafeContract): Promise<Hex> {
  const artefact: unknown = JSON.parse(
    await readFile(`node_modules/${ARTEFACTS[contract]}`, 'utf8'),
  );
  if (typeof artefact === 'object' && artefact !== null && 'deployedBytecode' in artefact) {
    const { deployedBytecode } = artefact;
    if (typeof deployedBytecode === 'string') return deployedBytecode as Hex;
  }
  throw new Error(`${contract} has no deployedBytecode`);
}
