import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { toPowerDocument } from '../../src/map/document.ts';
import { mapPower, positionsOn } from '../../src/map/map.ts';
import { NO_ORGANISATION } from '../../src/org/org.ts';
import { account, OWNERS } from '../support/accounts.ts';
import { listen } from '../support/listen.ts';
import { type LocalChain, startLocalChain } from '../support/local-chain.ts';
import { ETHER, safeAccounts } from '../support/safes.ts';

const SAFES = [0x51, 0x52, 0x53, 0x54, 0x55].map((index) => account(0x5afe00 + index));

let chain: LocalChain;
let proxy: Server;
let url: string;
let roundTrips = 0;

beforeAll(async () => {
  chain = await startLocalChain();
  for (const safe of SAFES) await chain.set(await safeAccounts('1.4.1', {}, safe));
  proxy = createServer(async (request, response) => {
    roundTrips += 1;
    const body = await text(request);
    const headers = { 'content-type': 'application/json' };
    response.writeHead(200, headers);
    response.end(await (await fetch(chain.url, { method: 'POST', headers, body })).text());
  });
  const port = await listen(proxy);
  url = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  proxy.close();
  await chain.stop();
});

test('five wallets take as many round trips as one: each level travels together', async () => {
  const tripsFor = async (safes: typeof SAFES): Promise<number> => {
    const state = await openState(rpcNode(url));
    roundTrips = 0;
    await mapPower(state, safes);
    return roundTrips;
  };
  const one = await tripsFor(SAFES.slice(0, 1));
  expect(await tripsFor(SAFES)).toBe(one);
});

test('the document names each position, what it holds and who takes it', async () => {
  const state = await openState(rpcNode(chain.url));
  const positions = [{ account: `eip155:1:${SAFES[0]}`, name: 'Treasury' }];
  const map = await mapPower(state, SAFES.slice(0, 2), { ...NO_ORGANISATION, positions });
  const document = toPowerDocument('test', state, map);
  expect(document).toMatchObject({ schema: 'castellan.power/1', chainId: 1, unread: [] });
  expect(document.positions.map((each) => each.account)).toEqual(
    SAFES.slice(0, 2).map((safe) => `eip155:1:${safe}`),
  );
  expect(document.positions.map(({ name }) => name)).toEqual(['Treasury', null]);
  expect(document.positions[0]).toMatchObject({
    holdings: [{ symbol: 'ETH', amount: String(100n * ETHER) }],
    fewest: 2,
    soonest: 0,
  });
  expect(document.rules[0]).toMatchObject({
    grants: `act(eip155:1:${SAFES[0]})`,
    requires: {
      atLeast: 2,
      of: OWNERS.slice(0, 3).map((owner) => `act(eip155:1:${owner})`),
      role: 'owners',
    },
  });
});

test('positions of other chains are not of this one', () => {
  const [here, there] = SAFES;
  const positions = [
    { account: `eip155:1:${here}`, name: 'here' },
    { account: `eip155:10:${there}`, name: 'there' },
  ];
  expect(positionsOn(1, { ...NO_ORGANISATION, positions })).toEqual([here]);
});
