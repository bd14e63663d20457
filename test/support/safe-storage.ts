/** The storage of a Safe, written from what it is to hold: an independent second reading of its layout. */
import { type Address, encodeAbiParameters, type Hex, keccak256, pad, toHex } from 'viem';

export interface SafeSetup {
  readonly singleton: Address;
  readonly owners: readonly Address[];
  readonly threshold: number;
  readonly nonce?: number;
  readonly modules?: readonly Address[];
  readonly guard?: Address;
  readonly handler?: Address;
  readonly domainSeparator?: Hex;
}

const SENTINEL: Address = '0x0000000000000000000000000000000000000001';

/** Storage as `anvil_setStorageAt` takes it. Owners stand in the order in which the Safe lists them. */
export function safeStorage(setup: SafeSetup): Readonly<Record<Hex, Hex>> {
  const { singleton, owners, threshold, nonce = 0, modules = [], guard, handler } = setup;
  return {
    [slotOf(0)]: pad(singleton),
    ...linkedList(1, modules),
    ...linkedList(2, owners),
    [slotOf(3)]: slotOf(owners.length),
    [slotOf(4)]: slotOf(threshold),
    [slotOf(5)]: slotOf(nonce),
    ...(setup.domainSeparator === undefined ? {} : { [slotOf(6)]: setup.domainSeparator }),
    ...(guard === undefined ? {} : { [named('guard_manager.guard.address')]: pad(guard) }),
    ...(handler === undefined ? {} : { [named('fallback_manager.handler.address')]: pad(handler) }),
  };
}

const slotOf = (value: number): Hex => toHex(value, { size: 32 });

const named = (name: string): Hex => keccak256(toHex(name));

function linkedList(mapping: number, members: readonly Address[]): Record<Hex, Hex> {
  const ring = [SENTINEL, ...members, SENTINEL];
  return Object.fromEntries(
    ring.slice(0, -1).map((member, index) => {
      const key = encodeAbiParameters(
        [{ type: 'address' }, { type: 'uint256' }],
        [member, BigInt(mapping)],
      );
      return [keccak256(key), pad(ring[index + 1] ?? SENTINEL)];
    }),
  );
}
