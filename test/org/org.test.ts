import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as load } from 'yaml';
import { InputError, reasonOf } from '../../src/errors.ts';
import { NO_ORGANISATION, parseOrganisation } from '../../src/org/org.ts';
import { TEMPLATE } from '../../src/org/template.ts';
import { schemas } from '../../src/schemas.ts';
import { account } from '../support/accounts.ts';

const WALLET = 'eip155:1:0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';
const KEY = account(1);
const OTHER_KEY = account(2);
const FULL = `people:
  - id: alice
devices:
  - id: alice-ledger
    kind: hardware wallet
    person: alice
vendors:
  - {id: safe-web, name: Safe web app, provides: signing screen}
keys:
  - address: "${KEY}"
    device: alice-ledger
    vendors: [safe-web]
  - {address: "${OTHER_KEY}", person: alice}
assets:
  - {asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18, price: {usd: 1.5}}
`;

const parse = (text: string) => parseOrganisation('castellan.yaml', text);

const refusalOf = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    return reasonOf(error);
  }
  return 'accepted';
};

test('positions and payees are read, and their addresses made checksummed', () => {
  const text = `payees:\n  - account: ${WALLET.toLowerCase()}\n    name: Warm wallet\n`;
  expect(parse(text)).toEqual({
    ...NO_ORGANISATION,
    payees: [{ account: WALLET, name: 'Warm wallet' }],
  });
});

test('an empty file declares nothing', () => {
  expect(parse('')).toEqual(NO_ORGANISATION);
});

test('people, devices, vendors, keys and assets are read', () => {
  const organisation = parse(FULL);
  expect(organisation.keys).toEqual([
    { address: KEY, device: 'alice-ledger', vendors: ['safe-web'] },
    { address: OTHER_KEY, person: 'alice', vendors: [] },
  ]);
  expect(organisation.devices[0]).toEqual({
    id: 'alice-ledger',
    kind: 'hardware wallet',
    person: 'alice',
    vendors: [],
  });
  expect(organisation.assets[0]?.price).toEqual({ usd: '1.5' });
});

const USED = `contracts:
  - account: ${WALLET}
    name: Lending pool
    functions: ["supply(address,uint256,address,uint16)"]
    allowances: [{asset: "eip155:1/erc20:${KEY}", amount: 1000000}]
assets:
  - {asset: "eip155:1/erc20:${KEY}", symbol: USDC, decimals: 6}
`;

test('contracts are read, with the functions that are used and what they may be allowed', () => {
  expect(parse(USED).contracts).toEqual([
    {
      account: WALLET,
      name: 'Lending pool',
      functions: ['supply(address,uint256,address,uint16)'],
      allowances: [{ asset: `eip155:1/erc20:${KEY}`, amount: '1000000' }],
    },
  ]);
  expect(parse(USED.replace('1000000', 'unlimited')).contracts[0]?.allowances).toEqual([
    { asset: `eip155:1/erc20:${KEY}`, amount: 'unlimited' },
  ]);
});

test('a policy is read: changes that are expected, and how many must have checked', () => {
  const text = `policy:\n  checkers: 2\n  changes: [{account: "${WALLET}", holders: ["eip155:1:${KEY}"], fewest: 2}]`;
  expect(parse(text).policy).toEqual({
    checkers: 2,
    changes: [{ account: WALLET, holders: [`eip155:1:${KEY}`], fewest: 2, soonest: 0 }],
  });
  expect(parse('policy: {}').policy).toEqual({ checkers: 1, changes: [] });
});

test('an address needs no quotes', () => {
  expect(parse(`keys:\n  - address: ${KEY}`).keys[0]?.address).toBe(KEY);
});

test('the template declares nothing as it is written, and is sound with its examples', () => {
  expect(parse(TEMPLATE)).toEqual(NO_ORGANISATION);
  const uncommented = TEMPLATE.replace(/: (?:\[\]|\{\})$/gm, ':').replace(/^# {2}/gm, '  ');
  const { positions, contracts, keys, assets, policy } = parse(uncommented);
  const sections = [positions, contracts, keys, assets, policy.changes];
  expect(sections.map(({ length }) => length)).toEqual([1, 1, 2, 2, 1]);
});

test('the example of the documentation is sound, and so are those of the README', async () => {
  for (const path of ['docs/castellan-yaml.md', 'README.md']) {
    const text = await readFile(path, 'utf8');
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
    const numbered = example
      .replaceAll('0xYOUR_SAFE', KEY)
      .replaceAll('0xEXCHANGE_DEPOSIT', OTHER_KEY)
      .replace('0xALICE_KEY', KEY)
      .replace('0xALICE_OTHER_KEY', OTHER_KEY);
    expect(parse(numbered).payees).toHaveLength(1);
  }
});

test('a file satisfies the published schema as it is written', () => {
  const validate = new Ajv2020({ strict: false }).compile(schemas['org'] as object);
  expect(validate(load(FULL))).toBe(true);
  expect(validate({})).toBe(true);
  expect(validate({ positons: [] })).toBe(false);
});

describe('refuses, with the line', () => {
  test.each([
    ['an unknown key', 'payes: []', 'castellan.yaml:1: payes: unknown key; did you mean payees?'],
    ['an unknown key like no other', 'colour: red', 'castellan.yaml:1: colour: unknown key'],
    [
      'an unknown key inside',
      `payees:\n  - account: "${WALLET}"\n    name: a\n    nme: b`,
      'castellan.yaml:4: payees.0.nme: unknown key; did you mean name?',
    ],
    [
      'a missing key, at what lacks it',
      `\npayees:\n  - account: "${WALLET}"`,
      'castellan.yaml:3: payees.0.name: Invalid input: expected string, received undefined',
    ],
    [
      'an address without its chain',
      'payees: [{account: "0x12", name: a}]',
      'castellan.yaml:1: payees.0.account: expected eip155:CHAIN:0xADDRESS (CAIP-10)',
    ],
    [
      'a wrong checksum',
      `payees: [{account: "${WALLET.replace('1D', '1d')}", name: a}]`,
      'castellan.yaml:1: payees.0.account: the checksum of this address is wrong: a digit was changed',
    ],
    ['a key given twice', 'payees: []\npayees: []', 'castellan.yaml:2: Map keys must be unique'],
    [
      'a person whom nobody knows',
      FULL.replace('person: alice', 'person: alise'),
      'castellan.yaml:6: devices.0.person: no person is called alise; did you mean alice?',
    ],
    [
      'a vendor whom nobody knows',
      FULL.replace('vendors: [safe-web]', 'vendors: [ledger]'),
      'castellan.yaml:12: keys.0.vendors.0: no vendor is called ledger',
    ],
    [
      'an account that has two names',
      `positions:\n  - {account: "${WALLET}", name: a}\npayees:\n  - {account: "${WALLET}", name: b}`,
      `castellan.yaml:4: payees.0.account: ${WALLET} is listed already, as positions.0.account`,
    ],
    [
      'an id that two people have',
      'people:\n  - id: kim\n  - id: kim',
      'castellan.yaml:3: people.1.id: kim is listed already, as people.0.id',
    ],
    [
      'two coins of one chain',
      'assets:\n  - {asset: "eip155:1/slip44:60", symbol: A, decimals: 18}\n  - {asset: "eip155:1/slip44:61", symbol: B, decimals: 18}',
      'castellan.yaml:3: assets.1.asset: the coin of chain 1 is listed already, as assets.0.asset',
    ],
    [
      'a feed on another chain',
      `assets:\n  - asset: eip155:10/slip44:60\n    symbol: ETH\n    decimals: 18\n    feed: ${WALLET}`,
      "castellan.yaml:5: assets.0.feed: expected a feed on the asset's own chain, 10",
    ],
    [
      'a limit in an asset of unknown decimals',
      `payees:\n  - account: ${WALLET}\n    name: a\n    limits: [{asset: "eip155:1/slip44:60", amount: 5}]`,
      'castellan.yaml:4: payees.0.limits.0.asset: list eip155:1/slip44:60 in assets, so that its decimals are known',
    ],
    [
      'an allowance in an asset of unknown decimals',
      USED.split('assets:')[0] ?? '',
      `castellan.yaml:5: contracts.0.allowances.0.asset: list eip155:1/erc20:${KEY} in assets, so that its decimals are known`,
    ],
    [
      'an allowance in an asset of another chain',
      USED.replaceAll('eip155:1/', 'eip155:10/'),
      'castellan.yaml:5: contracts.0.allowances.0.asset: expected an asset of chain 1',
    ],
    [
      'an allowance that is said twice',
      USED.replace(/(\{asset: .*?\})/, '$1, $1'),
      `castellan.yaml:5: contracts.0.allowances.1.asset: eip155:1/erc20:${KEY} is listed already, as contracts.0.allowances.0.asset`,
    ],
    [
      'an allowance that is neither an amount nor unlimited',
      USED.replace('1000000', 'all'),
      'castellan.yaml:5: contracts.0.allowances.0.amount: expected a decimal, or unlimited',
    ],
    [
      'a function that is only a name',
      USED.replace('supply(address,uint256,address,uint16)', 'supply'),
      'castellan.yaml:4: contracts.0.functions.0: expected a function: deposit(uint256,address)',
    ],
    [
      'a function with names of parameters',
      USED.replace('supply(address,', 'supply(address asset,'),
      'castellan.yaml:4: contracts.0.functions.0: expected a function: deposit(uint256,address)',
    ],
    [
      'a contract that is a payee, too',
      `${USED}payees:\n  - {account: "${WALLET}", name: b}`,
      `castellan.yaml:2: contracts.0.account: ${WALLET} is listed already, as payees.0.account`,
    ],
    [
      'a change that is expected twice',
      `policy:\n  changes:\n${`    - {account: "${WALLET}", holders: [], fewest: 1}\n`.repeat(2)}`,
      `castellan.yaml:4: policy.changes.1.account: ${WALLET} is listed already, as policy.changes.0.account`,
    ],
    [
      'a change that leaves nobody',
      `policy: {changes: [{account: "${WALLET}", holders: [], fewest: 0}]}`,
      'castellan.yaml:1: policy.changes.0.fewest: Too small: expected number to be >=1',
    ],
    [
      'no checkers at all',
      'policy: {checkers: 0}',
      'castellan.yaml:1: policy.checkers: Too small: expected number to be >=1',
    ],
    [
      'a price that is no decimal',
      'assets:\n  - {asset: "eip155:1/slip44:60", symbol: A, decimals: 18, price: {usd: "-1"}}',
      'castellan.yaml:2: assets.0.price.usd: expected a decimal: "1.0002"',
    ],
  ])('%s', (_, text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(refusalOf(text)).toBe(message);
  });

  test.each([
    ['what is not YAML', 'payees: [', /^castellan\.yaml:1: /],
    ['a list', '[]', /expected object/],
    ['aliases, by which a small file grows large', 'payees: &a []\npositions: *a', /alias/i],
    ['tags', 'payees: !!js/function "x"', /tag/i],
  ])('%s', (_, text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(refusalOf(text)).toMatch(message);
  });

  test('every objection, each once, up to a bound', () => {
    expect(refusalOf('payes: []\npostions: []').split('\n')).toEqual([
      'castellan.yaml:1: payes: unknown key; did you mean payees?',
      'castellan.yaml:2: postions: unknown key; did you mean positions?',
    ]);
    const many = Array.from({ length: 30 }, () => '  - id: kim').join('\n');
    const lines = refusalOf(`people:\n${many}`).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('castellan.yaml: and more');
  });
});

test('never crashes on any text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 1_000 },
  );
});
