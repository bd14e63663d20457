import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Discovery } from '../../../src/chains/evm/discover.ts';
import { discover } from '../../../src/chains/evm/discover.ts';
import { eoa } from '../../../src/chains/evm/readers/eoa.ts';
import { coalitions } from '../../../src/power/coalitions.ts';
import { nodeId, power, type SimpleAction } from '../../../src/power/model.ts';
import { ACCESS_PATTERNS, type AccessPattern, OWNER } from '../../support/access-patterns.ts';
import { account } from '../../support/accounts.ts';
import { compile } from '../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../support/local-chain.ts';
import { deployCompiled } from '../../support/openzeppelin.ts';
import { key, stateOf, ways } from '../../support/read.ts';

const DEPLOYER = account(60);
const ACTIONS: readonly SimpleAction[] = ['act', 'upgrade', 'mint', 'pause', 'freeze', 'configure'];

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

/** Who holds which power over the contract of a pattern, what is unknown apart, and what is left open. */
async function inspect(pattern: AccessPattern) {
  const { source, args = [], calls = [], viaIR = false } = pattern;
  const at = await deployCompiled(chain, DEPLOYER, compile('Test', source, viaIR), args);
  for (const { data, from = OWNER } of calls) await send(chain, from, { to: at, data });
  const found: Discovery = await discover(await stateOf(chain), [at], [eoa]);
  const id = `eip155:1:${at}`;
  const known = found.rules.filter(({ reader }) => reader !== 'opaque');
  const holders = Object.fromEntries(
    ACTIONS.flatMap((action) => {
      const { list } = coalitions(known, power(id, action));
      return list.length === 0 ? [] : [[action, ways(...list.map((c) => c.leaves.map(nodeId)))]];
    }),
  );
  return { holders, unread: found.unread };
}

describe('who passes the checks of', () => {
  test.each(ACCESS_PATTERNS)('$name', async (pattern) => {
    const { holders, unread } = await inspect(pattern);
    const expected = Object.fromEntries(
      Object.entries(pattern.holders).map(([action, sets]) => [
        action,
        ways(...sets.map((set) => set.flatMap((who) => (who === 'anyone' ? [] : [key(who)])))),
      ]),
    );
    expect({ holders, unread: pattern.isOpen ? unread.length > 0 : unread }).toEqual({
      holders: expected,
      unread: pattern.isOpen ? true : [],
    });
  });
});
