import { expect, test } from 'vitest';
import { NO_ORGANISATION, type Organisation } from '../../src/org/org.ts';
import { namesIn, organisationRules } from '../../src/org/rules.ts';
import { analyse } from '../../src/power/analysis.ts';
import { act, atLeast, leaf, nodeId, type Rule } from '../../src/power/model.ts';
import { account } from '../support/accounts.ts';
import { ways } from '../support/read.ts';

const [A, B, C] = [account(1), account(2), account(3)];
const SAFE = `eip155:1:${account(9)}`;
const keyOf = (address: string) => leaf('key', `eip155:1:${address}`);

const rule = (grants: Rule['grants'], requires: Rule['requires']): Rule => ({
  grants,
  requires,
  reader: 'test',
  evidence: [],
});

/** Who takes a Safe of 2 of 3 keys in the hands that an organisation declares. */
function takers(declared: Partial<Organisation>): readonly string[] {
  const organisation = { ...NO_ORGANISATION, ...declared };
  const rules = [
    rule(act(SAFE), atLeast(2, [A, B, C].map(keyOf), 'owners')),
    ...organisationRules(organisation, 1),
  ];
  const positions = [{ account: SAFE, name: null, holdings: [] }];
  const [power] = analyse({ rules, positions, unread: [] }).powers;
  return ways(...(power?.coalitions.list ?? []).map(({ leaves }) => leaves.map(nodeId)));
}

const [a, b, c] = [A, B, C].map((address) => nodeId(keyOf(address))) as [string, string, string];

test('two keys of one person: the person alone, or any two keys', () => {
  const alice = [A, B].map((address) => ({ address, person: 'alice', vendors: [] }));
  expect(takers({ people: [{ id: 'alice' }], keys: alice })).toEqual(
    ways([a, b], [a, c], [b, c], ['person(alice)']),
  );
});

test('a screen that every signer trusts takes it alone', () => {
  const keys = [A, B, C].map((address) => ({ address, vendors: ['screen'] }));
  expect(takers({ keys })).toEqual(ways([a, b], [a, c], [b, c], ['vendor(screen)']));
});

test('whoever has a person has their devices, and the keys on those', () => {
  expect(
    takers({
      devices: [{ id: 'ledger', kind: 'hardware wallet', person: 'alice', vendors: ['maker'] }],
      keys: [A, B].map((address) => ({ address, device: 'ledger', vendors: [] })),
    }),
  ).toEqual(ways([a, b], [a, c], [b, c], ['device(ledger)'], ['person(alice)'], ['vendor(maker)']));
});

test('a key is the same on every chain, and each rule says where it is from', () => {
  const organisation = {
    ...NO_ORGANISATION,
    keys: [{ address: A, person: 'alice', vendors: [] }],
  };
  expect(organisationRules(organisation, 10)).toEqual([
    {
      grants: leaf('key', `eip155:10:${A}`),
      requires: leaf('person', 'alice'),
      reader: 'organisation',
      evidence: [{ read: `castellan.yaml key ${A} person`, value: 'alice' }],
    },
  ]);
});

test('everything declared has a name', () => {
  const organisation: Organisation = {
    ...NO_ORGANISATION,
    positions: [{ account: SAFE, name: 'Treasury' }],
    people: [{ id: 'alice', name: 'Alice Example' }, { id: 'bob' }],
    devices: [{ id: 'ledger', kind: 'hardware wallet', vendors: [] }],
    vendors: [{ id: 'screen', name: 'Safe web app', provides: 'signing screen' }],
  };
  expect(Object.fromEntries(namesIn(organisation))).toEqual({
    [SAFE]: 'Treasury',
    'person(alice)': 'Alice Example',
    'person(bob)': 'bob',
    'device(ledger)': 'ledger (hardware wallet)',
    'vendor(screen)': 'Safe web app (signing screen)',
  });
});
