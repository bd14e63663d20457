/** What `castellan.yaml` adds to power: whoever has the person, the device or the vendor has the key. */
import { accountId } from '../chains/evm/values.ts';
import { type LeafKind, leaf, type Rule } from '../power/model.ts';
import type { Organisation } from './org.ts';

/** `key ⇐ person`, `key ⇐ device`, `key ⇐ vendor`, and the same for devices, on one chain. */
export function organisationRules(
  { keys, devices }: Organisation,
  chainId: number,
): readonly Rule[] {
  return [
    ...keys.flatMap(({ address, ...holders }) =>
      granted('key', accountId(chainId, address), `key ${address}`, holders),
    ),
    ...devices.flatMap(({ id, ...holders }) => granted('device', id, `device ${id}`, holders)),
  ];
}

interface Holders {
  readonly person?: string | undefined;
  readonly device?: string | undefined;
  readonly vendors: readonly string[];
}

function granted(
  kind: LeafKind,
  id: string,
  entry: string,
  { person, device, vendors }: Holders,
): readonly Rule[] {
  const holders: readonly (readonly [LeafKind, string | undefined])[] = [
    ['person', person],
    ['device', device],
    ...vendors.map((vendor) => ['vendor', vendor] as const),
  ];
  return holders.flatMap(([holder, name]): readonly Rule[] =>
    name === undefined
      ? []
      : [
          {
            grants: leaf(kind, id),
            requires: leaf(holder, name),
            reader: 'organisation',
            evidence: [{ read: `castellan.yaml ${entry} ${holder}`, value: name }],
          },
        ],
  );
}

/** What the organisation calls accounts and holders, by account or by the name of the leaf. */
export function namesIn(organisation: Organisation): ReadonlyMap<string, string> {
  const { positions, accounts, payees, contracts, people, devices, vendors } = organisation;
  return new Map([
    ...[...payees, ...contracts, ...accounts, ...positions].map(
      ({ account, name }) => [account, name] as const,
    ),
    ...people.map(({ id, name }) => [`person(${id})`, name ?? id] as const),
    ...devices.map(({ id, kind }) => [`device(${id})`, `${id} (${kind})`] as const),
    ...vendors.map(({ id, name, provides }) => [`vendor(${id})`, `${name} (${provides})`] as const),
  ]);
}
