/** What many groups stand on: a Safe, and contracts that a stranger controls. */
import {
  type Address,
  concat,
  type Hex,
  hashDomain,
  hashTypedData,
  pad,
  toHex,
  zeroAddress,
} from 'viem';
import { z } from 'zod';
import { ERC1967 } from '../../../src/chains/evm/proxy.ts';
import { type Compiled, compile } from '../../support/compile.ts';
import { type Builder, linked } from '../../support/estate.ts';
import { send } from '../../support/local-chain.ts';
import type { SafeSetup } from '../../support/safe-storage.ts';
import { ETHER } from '../../support/safes.ts';
import { type Call, call } from './catalogue.ts';

/** Whoever signs for the treasury; and somebody who has no part in anything. */
export const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'mallory', 'Payee'] as const;

type Version = '1.1.1' | '1.3.0' | '1.4.1' | '1.5.0';

/** A Safe of 2 of alice, bob and carol, with 100 ether, unless said otherwise. */
export async function wallet(
  on: Builder,
  name: string,
  version: Version = '1.4.1',
  setup: Partial<SafeSetup> & { readonly at?: Address } = {},
): Promise<Address> {
  const { at = on.reserve(name), ...rest } = setup;
  const owners = ['alice', 'bob', 'carol'].map(on.at);
  // Older Safes keep the hash of their domain.
  const domainSeparator =
    version === '1.1.1'
      ? {
          domainSeparator: hashDomain({
            domain: { verifyingContract: at },
            types: { EIP712Domain: [{ name: 'verifyingContract', type: 'address' }] },
          }),
        }
      : {};
  await on.safe(name, version, { owners, threshold: 2, ...domainSeparator, ...rest }, at);
  await on.chain.set({ [at]: { balance: 100n * ETHER } });
  return at;
}

/** The people, and the treasury that three of them keep. */
export async function treasury(
  on: Builder,
  version: Version = '1.4.1',
  setup: Partial<SafeSetup> = {},
): Promise<Address> {
  on.keys(PEOPLE);
  return await wallet(on, 'Treasury', version, setup);
}

/** Does whatever `boss` says, with whatever it is put in front of. */
export const backdoor = (boss: Address): Compiled =>
  compile(
    'Backdoor',
    `contract Backdoor {
      address constant BOSS = ${boss};
      receive() external payable {}
      function initialize(address) external {}
      function run(address to, uint256 value, bytes calldata data) external {
        require(msg.sender == BOSS, 'boss');
        (bool success,) = to.call{value: value}(data);
        require(success);
      }
      function proxiableUUID() external pure returns (bytes32) {
        return ${ERC1967.implementation.slot};
      }
    }`,
  );

const SAFE_FILES = {
  'MultiSend 1.3.0': 'safe-1.3.0/build/artifacts/contracts/libraries/MultiSend.sol/MultiSend.json',
  'SafeMigration 1.5.0':
    'safe-1.5.0/build/artifacts/contracts/libraries/SafeMigration.sol/SafeMigration.json',
  'CreateCall 1.4.1':
    'safe-1.4.1/build/artifacts/contracts/libraries/CreateCall.sol/CreateCall.json',
  'OnlyOwnersGuard 1.4.1':
    'safe-1.4.1/build/artifacts/contracts/examples/guards/OnlyOwnersGuard.sol/OnlyOwnersGuard.json',
  'DelegateCallTransactionGuard 1.4.1':
    'safe-1.4.1/build/artifacts/contracts/examples/guards/DelegateCallTransactionGuard.sol/DelegateCallTransactionGuard.json',
} as const;

/** Deploys one of Safe's own contracts. */
export const deploySafeContract = async (
  on: Builder,
  name: string,
  file: keyof typeof SAFE_FILES,
  ...args: readonly unknown[]
): Promise<Address> => await on.deploy(name, await linked(SAFE_FILES[file]), args);

/** Puts a contract whose code names its own address where it stands on every chain. */
export async function placeAt(
  on: Builder,
  name: string,
  file: keyof typeof SAFE_FILES,
  address: Address,
): Promise<Address> {
  const { bytecode } = await linked(SAFE_FILES[file]);
  const code = await on.chain.request('eth_call', [
    { to: address, data: '0x' },
    'latest',
    { [address]: { code: bytecode } },
  ]);
  await on.chain.set({ [address]: { code: z.templateLiteral(['0x', z.hex()]).parse(code) } });
  return on.name(name, address);
}

/** Where MultiSend 1.3.0, which also runs foreign code, stands on every chain. */
export const MULTISEND_130: Address = '0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761';

/** Writes its second argument to the slot in its first: what a delegatecall can do to a wallet. */
/** Enters its first argument, in the mapping of its second, as what its third is. */
export const PLANTER_CODE: Hex = '0x600435600052602435602052604435604060002055';
export const WRITER_CODE: Hex = '0x60243560043555';

/** Has an account make a call of the catalogue. */
export const make = async (on: Builder, from: Address, made: Call): Promise<void> => {
  const value = toHex(made.value);
  await send(on.chain, from, { to: on.at(made.to), data: made.data(on.at), value });
};

type At = Builder['at'];

const SAFE_TX = {
  EIP712Domain: [
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
  SafeTx: [
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
    { name: 'operation', type: 'uint8' },
    { name: 'safeTxGas', type: 'uint256' },
    { name: 'baseGas', type: 'uint256' },
    { name: 'gasPrice', type: 'uint256' },
    { name: 'gasToken', type: 'address' },
    { name: 'refundReceiver', type: 'address' },
    { name: 'nonce', type: 'uint256' },
  ],
} as const;

/** The first transaction of a Safe from 1.3.0 on, as its owners sign it. */
export const safeTransaction = (at: At, safe: string, made: Call) =>
  ({
    domain: { chainId: 1n, verifyingContract: at(safe) },
    types: SAFE_TX,
    primaryType: 'SafeTx',
    message: {
      to: at(made.to),
      value: made.value,
      data: made.data(at),
      operation: 0,
      safeTxGas: 0n,
      baseGas: 0n,
      gasPrice: 0n,
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
      nonce: 0n,
    },
  }) as const;

export const safeTransactionHash =
  (safe: string, made: Call) =>
  (at: At): Hex =>
    hashTypedData(safeTransaction(at, safe, made));

/** A wallet executes what its one signer, who is the caller, need not sign. */
export const executing = (safe: string, signer: string, made: Call, operation: 0 | 1 = 0): Call =>
  call(
    safe,
    'execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)',
    made.to,
    made.value,
    made.data,
    operation,
    ...[0n, 0n, 0n, zeroAddress, zeroAddress],
    (at: At): Hex => concat([pad(at(signer)), pad('0x'), '0x01']),
  );
