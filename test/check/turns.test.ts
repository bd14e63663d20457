/** How often a check waits for the node, and what it has run. */
import { type Address, encodeFunctionData, parseAbi } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countingNode } from '../../bench/map/count.ts';
import { batched } from '../../src/chains/evm/batch.ts';
import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { readsAhead } from '../../src/chains/evm/readers/index.ts';
import { NO_ORGANISATION } from '../../src/org/org.ts';
import { account } from '../support/accounts.ts';
import { checkOn, foundIn } from '../support/check.ts';
import { compile } from '../support/compile.ts';
import { type LocalChain, startLocalChain } from '../support/local-chain.ts';
import { deployCompiled } from '../support/openzeppelin.ts';
import { SAFE, safeAccounts } from '../support/safes.ts';

const PAYEE = account(0xaa);
const organisation = {
  ...NO_ORGANISATION,
  payees: [{ account: `eip155:1:${PAYEE}`, name: 'Payee' }],
};
const payment = { to: PAYEE, value: '1', data: '0x', operation: 0, nonce: 0 };
const newOwner = encodeFunctionData({
  abi: parseAbi(['function addOwnerWithThreshold(address owner, uint256 threshold)']),
  args: [account(0xbad), 1n],
});

let chain: LocalChain;
/** Answers every getter as a Safe does, and takes every call. */
let impostor: Address;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set(await safeAccounts('1.3.0'));
  impostor = await deployCompiled(chain, account(1), compile('Impostor', IMPOSTOR), []);
});

afterAll(() => chain.stop());

/** A node as the command line has it, what it was asked in how many turns, and the traces of calls. */
function counted() {
  const traces: string[] = [];
  const live = rpcNode(chain.url);
  const tracing: Node = {
    source: live.source,
    request: (method, params) => {
      const asked = JSON.stringify(params);
      if (method === 'debug_traceCall' && asked.includes('callTracer')) traces.push(asked);
      return live.request(method, params);
    },
  };
  const { node, count } = countingNode(tracing);
  return { node: batched(node, { readsAhead, first: [SAFE] }), count, traces };
}

test.each([
  ['a payment waits three times for the node', payment, 'SIGN', 3],
  [
    'a new owner takes no longer',
    { ...payment, to: SAFE, value: '0', data: newOwner },
    'REJECT',
    3,
  ],
])('%s, and is traced once', async (_, document, decision, most) => {
  const { node, count, traces } = counted();
  const verdict = await checkOn(chain, { safe: SAFE, ...document }, { node, organisation });
  expect(verdict.decision).toBe(decision);
  expect(count().roundTrips).toBeLessThanOrEqual(most);
  expect(traces).toHaveLength(1);
});

test('what only says that it is a Safe is none', async () => {
  const verdict = await checkOn(chain, { safe: impostor, ...payment }, { organisation });
  expect(verdict.decision).toBe('HOLD');
  expect(foundIn(verdict)).toContain('unread');
});

const IMPOSTOR = `
contract Impostor {
    string public constant VERSION = "1.3.0";
    uint256 public constant getThreshold = 1;
    uint256 public constant nonce = 0;
    function getOwners() external view returns (address[] memory owners) {
        owners = new address[](1);
        owners[0] = address(this);
    }
    fallback() external payable {}
}`;
