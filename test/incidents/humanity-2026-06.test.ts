import { type Address, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BRIDGE,
  NEXT_IMPLEMENTATION,
  PROXY_ADMIN,
  rebuild,
  SAFE,
  THIEF,
} from '../../incidents/humanity-2026-06/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { ERC1967 } from '../../src/chains/evm/proxy.ts';
import { account } from '../support/accounts.ts';
import { checkOn, foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, whileSet } from '../support/local-chain.ts';
import { paysFor } from '../support/stand-ins.ts';

const { transaction, verdict: verdictOn, mutated } = incident('humanity-2026-06');
const BRIDGE_ID = `eip155:1:${BRIDGE}`;

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

describe('the transfer of the ProxyAdmin', () => {
  test('is rejected: its new owner gains the bridge', async () => {
    const verdict = await verdictOn('malicious', rpcNode(chain.url));
    expect(verdict.decision).toBe('REJECT');
    expect(new Set(foundIn(verdict))).toEqual(
      new Set(['control-passes', 'control-changes', 'unknown-call']),
    );
    expect(verdict.power.gained.filter(({ account }) => account === BRIDGE_ID)).toEqual(
      ['take', 'upgrade'].map((action) => ({
        account: BRIDGE_ID,
        action,
        leaves: [`key(eip155:1:${THIEF})`],
        seconds: 0,
      })),
    );
    expect(
      verdict.power.lost.filter(
        ({ account, action }) => account === BRIDGE_ID && action === 'take',
      ),
    ).toHaveLength(20);
  });

  test('where nobody said that the bridge is to be guarded, it is rejected as well', async () => {
    expect((await checkOn(chain, await transaction('malicious'))).decision).toBe('REJECT');
  });
});

describe('an upgrade of the bridge, which is what a ProxyAdmin is for', () => {
  test('is held, and gains nobody anything', async () => {
    const verdict = await verdictOn('upgrade', rpcNode(chain.url));
    expect(foundIn(verdict)).toEqual(['code-changes']);
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });

  test('is rejected where the new code serves one account', async () => {
    const theirs = { [NEXT_IMPLEMENTATION]: { code: paysFor(THIEF) } };
    const verdict = await whileSet(chain, theirs, () => mutated(chain, 'upgrade', {}));
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.deciding.finding).toBe('control-passes');
  });
});

describe('mutations that silence it', () => {
  const to = (owner: Address) =>
    mutated(chain, 'malicious', { data: `0xf2fde38b${pad(owner).slice(2)}` });

  test('the wallet itself as the new owner: nothing changes', async () => {
    const verdict = await to(SAFE);
    expect(foundIn(verdict)).toEqual([]);
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });

  test('another ProxyAdmin over the bridge: this one is nobody’s way to it', async () => {
    const other = { [BRIDGE]: { storage: { [ERC1967.admin.slot]: pad(account(0xae)) } } };
    const verdict = await whileSet(chain, other, () => to(THIEF));
    const { gained, lost } = verdict.power;
    expect([...gained, ...lost].filter(({ account }) => account === BRIDGE_ID)).toEqual([]);
  });

  test('no code at the ProxyAdmin: nothing changes', async () => {
    const verdict = await whileSet(chain, { [PROXY_ADMIN]: { code: '0x' } }, () => to(THIEF));
    expect(verdict.power.gained).toEqual([]);
  });
});
