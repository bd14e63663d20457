/** Which reads of a block go into which request. */
import { type Address, concat, type Hex, numberToHex, size } from 'viem';
import type { Changes } from './canonical.ts';
import { hashOfCode, type KnownCode } from './code-cache.ts';
import type { Dispatcher, Job } from './dispatch.ts';
import { type Item, wordsIn } from './multicall.ts';
import { chunks, groupBy } from './turns.ts';

/** For more accounts than this, each piece of code is fetched once, by its hash. */
const FEW_CODES = 64;
/** In one request, by weight; and the weight of code, which is long. */
const MAX_ITEMS = 1_000;
const CODE_WEIGHT = 10;
/** So many bytes of call data weigh as much as an item. */
const BYTES_PER_ITEM = 100;
/** In one request, where the override of an account takes the room of four slots; and in one item. */
const MAX_SLOTS = 4_000;
const SLOTS_PER_ACCOUNT = 4;
const MAX_SLOTS_OF_ITEM = 1_000;

/**
 * Makes the reads of `jobs`, in as few requests as their length allows. A job without an answer must be
 * asked by itself.
 */
export async function readTogether(
  { run }: Dispatcher,
  code: KnownCode,
  jobs: readonly Job[],
  block: string,
  changes: Changes,
): Promise<void> {
  const of = (...kinds: readonly Item['kind'][]) =>
    jobs.filter(({ item }) => kinds.includes(item.kind));
  const accounts = groupBy(of('code'), ({ item }) => item.account);
  const hashes: { readonly hash: Hex; readonly account: Address; readonly at: string }[] = [];
  const fetched: Hex[] = [];
  const give = (account: Address, answer: Hex, at: string): void => {
    for (const { done } of accounts.get(account) ?? []) done(answer, at);
  };
  const codeJob = (account: Address): Job =>
    accounts.size > FEW_CODES
      ? jobFor('codeHash', account, (hash, at) => hashes.push({ hash, account, at }))
      : jobFor('code', account, (answer, at) => {
          fetched.push(answer);
          give(account, answer, at);
        });
  const runAll = (items: readonly Job[]) =>
    run(chunks(items, MAX_ITEMS, itemWeight), block, changes);
  await Promise.all([
    run(chunks(slotJobs(of('storage')), MAX_SLOTS, slotWeight), block, changes),
    runAll([...of('call'), ...of('balance').map(asQuantity), ...[...accounts.keys()].map(codeJob)]),
  ]);
  const byHash = [...groupBy(hashes, ({ hash }) => hash)];
  const known = await Promise.all(byHash.map(([hash]) => code.find(hash)));
  const missing = byHash.flatMap(([hash, some], index): readonly Job[] => {
    const giveAll = (answer: Hex): void => {
      for (const { account, at } of some) give(account, answer, at);
    };
    const [first] = some;
    const found = known[index] ?? null;
    if (found !== null) giveAll(found);
    if (found !== null || first === undefined) return [];
    const job = jobFor('code', first.account, (answer) => {
      // A chain that hashes code in its own way has each account asked for its own.
      if (hashOfCode(answer) !== hash) return;
      fetched.push(answer);
      giveAll(answer);
    });
    return [job];
  });
  await runAll(missing);
  await code.add(fetched);
}

const jobFor = (kind: Item['kind'], account: Address, done: Job['done']): Job => ({
  item: { kind, account, data: '0x' },
  done,
});

/** A balance as nodes write it. */
const asQuantity = ({ item, done }: Job): Job => ({
  item,
  done: (answer, at) => done(numberToHex(BigInt(answer)), at),
});

/** The slots of each account as one item, or as a few whose words fit into an answer each. */
const slotJobs = (jobs: readonly Job[]): readonly Job[] =>
  [...groupBy(jobs, ({ item }) => item.account)]
    .flatMap(([account, slots]) =>
      chunks(slots, MAX_SLOTS_OF_ITEM).map((some) => ({ account, some })),
    )
    .map(({ account, some }): Job => {
      const data = concat(some.map(({ item }) => item.data));
      const item: Item = { kind: 'storage', account, data };
      const done = (answer: Hex, at: string): void => {
        for (const [index, word] of wordsIn(item, answer).entries()) some[index]?.done(word, at);
      };
      return { item, done };
    });

const slotWeight = ({ item }: Job): number => SLOTS_PER_ACCOUNT + size(item.data) / 32;

const itemWeight = ({ item: { kind, data } }: Job): number =>
  kind === 'code' ? CODE_WEIGHT : 1 + size(data) / BYTES_PER_ITEM;
