/** What a `castellan.yaml` says that cannot all be true: names of nobody, and what is said twice. */
import { chainOf } from '../chains/evm/values.ts';
import type { Organisation } from './org.ts';
import { suggestion } from './suggestion.ts';

/** What is wrong, and where in the document. */
export interface Located {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Every contradiction, one after the other. */
export function* contradictions(organisation: Organisation): Generator<Located> {
  yield* repetitions(organisation);
  yield* unknownNames(organisation);
  yield* unusablePrices(organisation);
  yield* unusableLimits(organisation);
}

type Section = Exclude<keyof Organisation, 'policy'>;

interface Entry {
  readonly path: Located['path'];
  readonly value: string;
}

const entries = <Name extends Section>(
  organisation: Organisation,
  section: Name,
  field: string & keyof Organisation[Name][number],
): readonly Entry[] =>
  organisation[section].map((each: Organisation[Name][number], index) => ({
    path: [section, index, field],
    value: String(each[field]),
  }));

function* repetitions(organisation: Organisation): Generator<Located> {
  // One account has one name, wherever it is listed; a position needs no listing as a payee.
  yield* repeated([
    ...entries(organisation, 'positions', 'account'),
    ...entries(organisation, 'accounts', 'account'),
    ...entries(organisation, 'payees', 'account'),
    ...entries(organisation, 'contracts', 'account'),
  ]);
  yield* repeated(entries(organisation, 'people', 'id'));
  yield* repeated(entries(organisation, 'devices', 'id'));
  yield* repeated(entries(organisation, 'vendors', 'id'));
  yield* repeated(entries(organisation, 'keys', 'address'));
  yield* repeated(entries(organisation, 'assets', 'asset'));
  yield* repeated(
    organisation.policy.changes.map(({ account: value }, index) => ({
      path: ['policy', 'changes', index, 'account'],
      value,
    })),
  );
  const coins = entries(organisation, 'assets', 'asset').filter(({ value }) => isCoin(value));
  yield* repeated(
    coins.map(({ path, value }) => ({ path, value: `the coin of chain ${chainOf(value)}` })),
  );
}

function* repeated(list: readonly Entry[]): Generator<Located> {
  const first = new Map<string, Entry>();
  for (const { path, value } of list) {
    const before = first.get(value);
    if (before === undefined) first.set(value, { path, value });
    else yield { path, message: `${value} is listed already, as ${before.path.join('.')}` };
  }
}

function* unknownNames({ people, devices, vendors, keys }: Organisation): Generator<Located> {
  const ids = (list: readonly { readonly id: string }[]) => new Set(list.map(({ id }) => id));
  const known = { person: ids(people), device: ids(devices), vendor: ids(vendors) };
  for (const [section, list] of [
    ['devices', devices],
    ['keys', keys],
  ] as const) {
    for (const [index, each] of list.entries()) {
      const named: readonly (readonly [keyof typeof known, Located['path'], string | undefined])[] =
        [
          ['person', ['person'], each.person],
          ['device', ['device'], 'device' in each ? each.device : undefined],
          ...each.vendors.map((vendor, at) => ['vendor', ['vendors', at], vendor] as const),
        ];
      for (const [kind, path, id] of named) {
        if (id === undefined || known[kind].has(id)) continue;
        yield {
          path: [section, index, ...path],
          message: `no ${kind} is called ${id}${suggestion(id, [...known[kind]])}`,
        };
      }
    }
  }
}

function* unusablePrices({ assets }: Organisation): Generator<Located> {
  for (const [index, { asset, price, feed }] of assets.entries()) {
    const path = ['assets', index, 'feed'];
    if (feed === undefined) continue;
    if (price !== undefined) yield { path, message: 'give price or feed, not both' };
    if (chainOf(feed) !== chainOf(asset)) {
      yield { path, message: `expected a feed on the asset's own chain, ${chainOf(asset)}` };
    }
  }
}

function* unusableLimits({ payees, contracts, assets }: Organisation): Generator<Located> {
  const listed = new Set(assets.map(({ asset }) => asset));
  const limited = [
    ...payees.map(({ account, limits = [] }, index) => ({
      account,
      limits,
      at: (limit: number) => ['payees', index, 'limits', limit, 'asset'],
    })),
    ...contracts.map(({ account, allowances = [] }, index) => ({
      account,
      limits: allowances,
      at: (limit: number) => ['contracts', index, 'allowances', limit, 'asset'],
    })),
  ];
  for (const { account, limits, at } of limited) {
    yield* repeated(limits.map(({ asset: value }, limit) => ({ path: at(limit), value })));
    for (const [limit, { asset }] of limits.entries()) {
      const isHere = chainOf(asset) === chainOf(account);
      if (!isHere)
        yield { path: at(limit), message: `expected an asset of chain ${chainOf(account)}` };
      else if (!listed.has(asset)) {
        yield {
          path: at(limit),
          message: `list ${asset} in assets, so that its decimals are known`,
        };
      }
    }
  }
}

/** Whether an asset is a chain's own coin. */
export const isCoin = (asset: string): boolean => asset.includes('/slip44:');
