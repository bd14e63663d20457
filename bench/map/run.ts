/**
 * How often `map` asks a node, and how long a chain of questions it takes, for estates of three sizes.
 * The reference is named in the table: the same map, with one request for each read.
 */
import type { Address } from 'viem';
import { batched } from '../../src/chains/evm/batch.ts';
import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { readsAhead } from '../../src/chains/evm/readers/index.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { mapPower } from '../../src/map/map.ts';
import { startLocalChain } from '../../test/support/local-chain.ts';
import { type Count, countingNode } from './count.ts';
import { buildEstate } from './estate.ts';

const SIZES = [10, 100, 1_000];
const MAX_CALLS = 3;
const MAX_ROUND_TRIPS = 15;

interface Measured extends Count {
  readonly frames: number;
  readonly seconds: number;
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

async function measure(
  url: string,
  positions: readonly Address[],
  wrap: (node: Node) => Node,
): Promise<Measured> {
  const { node, count } = countingNode(rpcNode(url));
  const started = Date.now();
  const { found } = await mapPower(await openState(wrap(node)), positions);
  return { ...count(), frames: found.length, seconds: (Date.now() - started) / 1000 };
}

const row = (cells: readonly (string | number)[]): boolean =>
  print(cells.map((cell, index) => String(cell).padStart(index === 0 ? 9 : 12)).join(''));

let isWithin = true;
row([
  'contracts',
  'frames',
  'calls',
  'per contract',
  'round trips',
  'plain calls',
  'plain trips',
  'calls saved',
]);
for (const size of SIZES) {
  const chain = await startLocalChain();
  try {
    const tokens = (await buildEstate(chain, size)).flatMap((group) => group.tokens);
    const ours = await measure(chain.url, tokens, (node) => batched(node, { readsAhead }));
    const plain = await measure(chain.url, tokens, (node) => node);
    const perContract = ours.calls / size;
    isWithin &&= perContract <= MAX_CALLS && ours.roundTrips <= MAX_ROUND_TRIPS;
    row([
      size,
      ours.frames,
      ours.calls,
      perContract.toFixed(2),
      ours.roundTrips,
      plain.calls,
      plain.roundTrips,
      `${(plain.calls / ours.calls).toFixed(1)}x`,
    ]);
    print(
      `          ${ours.seconds.toFixed(1)} s on this machine, plain ${plain.seconds.toFixed(1)} s`,
    );
  } finally {
    await chain.stop();
  }
}
print(
  `\nplain: one request per read. Target: at most ${MAX_CALLS} calls per contract and ${MAX_ROUND_TRIPS} round trips: ${isWithin ? 'met' : 'missed'}`,
);
process.exitCode = isWithin ? 0 : 1;
