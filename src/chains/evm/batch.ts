/**
 * A node that is asked little: the reads of one turn travel as a few requests, whatever their number.
 * Every answer is what the node would have given to the read by itself: what cannot be read together (a
 * call that fails, an answer that is too long, a node without state overrides) is asked by itself.
 */
import { type Address, concat, type Hex, keccak256, numberToHex, size } from 'viem';
import { z } from 'zod';
import { RefusedError } from '../../errors.ts';
import { type CodeCache, knownCode } from './code-cache.ts';
import { dispatcher, goneReason, type Job } from './dispatch.ts';
import { logsOfEach, type SharedFilter } from './log-batch.ts';
import { DISPATCHER, type Item, wordsIn } from './multicall.ts';
import { type Node, refusal } from './node.ts';
import { chunks, groupBy, type Outcome, outcomeOf, perTurn } from './turns.ts';

/** For more accounts than this, each piece of code is fetched once, by its hash. */
const FEW_CODES = 64;
/** In one request, by weight; and the weight of code, which is long. */
const MAX_ITEMS = 1_000;
const CODE_WEIGHT = 10;
/** So many bytes of call data weigh as much as an item. A call with more than the most is asked alone. */
const BYTES_PER_ITEM = 100;
const MAX_CALL_BYTES = 10_000;
/** In one request, where the override of an account takes the room of four slots; and in one item. */
const MAX_SLOTS = 4_000;
const SLOTS_PER_ACCOUNT = 4;
const MAX_SLOTS_OF_ITEM = 1_000;

/** One request, and its outcome once it is known. */
interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
  outcome: Outcome | null;
}

interface Waiting {
  readonly asked: Asked;
  readonly settle: (outcome: Outcome) => void;
}

/** A request that may travel with others: a read at a block. */
interface Read {
  readonly item: Item;
  readonly block: string;
  readonly asked: Asked;
}

/** A request for logs, which may travel with those for the same logs of other accounts. */
interface LogRead {
  readonly account: string;
  readonly filter: SharedFilter;
  readonly asked: Asked;
}

/** A node that answers as `node` does. @param cache code that was met before. */
export function batched(node: Node, cache?: CodeCache): Node {
  const code = knownCode(cache);
  const { run, refuses } = dispatcher(node);
  let gone: string | null = null;

  const enqueue = perTurn<Waiting>(async (turn) => {
    const outcome = await outcomeOf(answerAll(turn.map(({ asked }) => asked)));
    // All at once, so that what follows from the answers is one turn again.
    for (const { asked, settle } of turn) settle(asked.outcome ?? outcome);
  });

  async function answerAll(turn: readonly Asked[]): Promise<void> {
    const reads = turn.flatMap(readOf);
    const logReads = turn.flatMap(logReadOf);
    const together = new Set([...reads, ...logReads].map(({ asked }) => asked));
    await Promise.all([
      ...[...groupBy(reads, ({ block }) => block)].map(([block, some]) => readAt(block, some)),
      ...[...groupBy(logReads, ({ filter }) => JSON.stringify(filter)).values()].map(readLogs),
      ...turn.filter((asked) => !together.has(asked)).map(askAlone),
    ]);
  }

  async function askAlone(asked: Asked): Promise<void> {
    asked.outcome = await outcomeOf(node.request(asked.method, asked.params));
    if ('error' in asked.outcome) noteIfGone(asked.outcome.error);
  }

  const noteIfGone = (error: unknown): void => {
    gone = goneReason(error) ?? gone;
  };

  async function readLogs(reads: readonly LogRead[]): Promise<void> {
    const [first] = reads;
    if (first === undefined) return;
    const accounts = reads.map(({ account }) => account);
    const outcomes = await logsOfEach(node, first.filter, accounts);
    for (const { asked, account } of reads) asked.outcome = outcomes.get(account) ?? null;
  }

  async function readAt(block: string, reads: readonly Read[]): Promise<void> {
    if (reads.length > 1) {
      const outcome = await outcomeOf(readTogether(block, reads));
      if ('error' in outcome) {
        noteIfGone(outcome.error);
        for (const { asked } of reads) asked.outcome ??= { error: asIfAlone(outcome.error, asked) };
      }
    }
    const left = reads.map(({ asked }) => asked).filter(({ outcome }) => outcome === null);
    await Promise.all(left.map(askAlone));
  }

  /** An error of a request for many reads, in the words of the request for one of them. */
  const asIfAlone = (error: unknown, { method }: Asked): unknown =>
    error instanceof RefusedError
      ? refusal(node.source, method, error.answer.code, error.answer.message)
      : error;

  async function readTogether(block: string, reads: readonly Read[]): Promise<void> {
    const of = (...kinds: readonly Item['kind'][]) =>
      reads.filter(({ item }) => kinds.includes(item.kind));
    const accounts = groupBy(of('code'), ({ item }) => item.account);
    const hashes = new Map<Address, Hex>();
    const fetched: Hex[] = [];
    const items = [
      ...of('call', 'balance').map(simpleJob),
      ...[...accounts].map(([account, some]) =>
        accounts.size > FEW_CODES
          ? jobFor('codeHash', account, (hash) => hashes.set(account, hash))
          : jobFor('code', account, (answer) => {
              fetched.push(answer);
              give(some, answer);
            }),
      ),
    ];
    await Promise.all([
      run(chunks(slotJobs(of('storage')), MAX_SLOTS, slotWeight), block),
      run(chunks(items, MAX_ITEMS, itemWeight), block),
    ]);
    const byHash = [...groupBy([...hashes], ([, hash]) => hash)].map(([hash, some]) => ({
      hash,
      reads: some.flatMap(([account]) => accounts.get(account) ?? []),
    }));
    const kept = await Promise.all(byHash.map(({ hash }) => code.find(hash)));
    const missing: Job[] = [];
    for (const [index, { hash, reads: some }] of byHash.entries()) {
      const [first] = some;
      const found = kept[index] ?? null;
      if (found !== null) give(some, found);
      else if (first !== undefined) {
        missing.push(
          jobFor('code', first.item.account, (answer) => {
            // A chain that hashes code in its own way has each account asked for its own.
            if (keccak256(answer) !== hash) return;
            fetched.push(answer);
            give(some, answer);
          }),
        );
      }
    }
    await run(chunks(missing, MAX_ITEMS, itemWeight), block);
    await code.add(fetched);
  }

  return {
    source: node.source,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        enqueue({
          asked: { method, params, outcome: null },
          settle: (outcome) => {
            if ('value' in outcome) resolve(outcome.value);
            else reject(outcome.error);
          },
        });
      }),
    degraded: () => {
      const reason = refuses();
      return [
        ...(node.degraded?.() ?? []),
        ...(reason === null
          ? []
          : [
              `${node.source} runs no calls on changed state (${reason}): it is asked for each read`,
            ]),
        ...(gone === null
          ? []
          : [
              `${node.source} does not keep the state of this block (${gone}): name a newer one, or use an archive node`,
            ]),
      ];
    },
  };
}

const jobFor = (kind: Item['kind'], account: Address, done: Job['done']): Job => ({
  item: { kind, account, data: '0x' },
  done,
});

function give(reads: readonly Read[], value: unknown): void {
  for (const { asked } of reads) asked.outcome = { value };
}

const simpleJob = ({ item, asked }: Read): Job => ({
  item,
  done: (answer) => {
    asked.outcome = { value: item.kind === 'balance' ? numberToHex(BigInt(answer)) : answer };
  },
});

/** The slots of each account, in items whose words fit into one answer. */
const slotJobs = (reads: readonly Read[]): readonly Job[] =>
  [...groupBy(reads, ({ item }) => item.account)]
    .flatMap(([account, some]) =>
      chunks(some, MAX_SLOTS_OF_ITEM).map((slots) => ({ account, slots })),
    )
    .map(({ account, slots }) => {
      const item: Item = {
        kind: 'storage',
        account,
        data: concat(slots.map(({ item: { data } }) => data)),
      };
      const done = (answer: Hex): void => {
        for (const [index, word] of wordsIn(item, answer).entries()) {
          give(slots.slice(index, index + 1), word);
        }
      };
      return { item, done };
    });

const slotWeight = ({ item }: Job): number => SLOTS_PER_ACCOUNT + size(item.data) / 32;

const itemWeight = ({ item: { kind, data } }: Job): number =>
  kind === 'code' ? CODE_WEIGHT : 1 + size(data) / BYTES_PER_ITEM;

const hex = (digits: string) =>
  z.templateLiteral(['0x', z.string()]).refine((text) => new RegExp(`^0x${digits}$`).test(text));
const account = hex('[0-9a-fA-F]{40}').transform((text) => text.toLowerCase() as Address);
const slotName = hex('[0-9a-f]{64}');
const callData = hex(`(?:[0-9a-f]{2}){0,${MAX_CALL_BYTES}}`);
/** A block by its number: what is asked of the newest may not travel with the rest. */
const height = hex('[0-9a-f]+');

const read = z.union([
  z
    .tuple([z.literal('eth_getStorageAt'), z.tuple([account, slotName, height])])
    .transform(([, [of, data, block]]) => ({ kind: 'storage' as const, account: of, data, block })),
  z
    .tuple([z.enum(['eth_getCode', 'eth_getBalance']), z.tuple([account, height])])
    .transform(([method, [of, block]]) => ({
      kind: method === 'eth_getCode' ? ('code' as const) : ('balance' as const),
      account: of,
      data: '0x' as const,
      block,
    })),
  z
    .tuple([
      z.literal('eth_call'),
      z.tuple([z.strictObject({ to: account, data: callData }), height]),
    ])
    .transform(([, [{ to, data }, block]]) => ({
      kind: 'call' as const,
      account: to,
      data,
      block,
    })),
]);

function readOf(asked: Asked): readonly Read[] {
  const parsed = read.safeParse([asked.method, asked.params]);
  if (!parsed.success || parsed.data.account === DISPATCHER.toLowerCase()) return [];
  const { block, ...item } = parsed.data;
  return [{ item, block, asked }];
}

const logRead = z.tuple([
  z.literal('eth_getLogs'),
  z.tuple([
    z.strictObject({
      address: account,
      topics: z.array(z.unknown()),
      fromBlock: height,
      toBlock: height,
    }),
  ]),
]);

function logReadOf(asked: Asked): readonly LogRead[] {
  const parsed = logRead.safeParse([asked.method, asked.params]);
  if (!parsed.success) return [];
  const [, [{ address, ...filter }]] = parsed.data;
  return [{ account: address, filter, asked }];
}
