import { type Address, encodeFunctionData, maxUint256, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  HONEST,
  LOOK_ALIKE,
  rebuild,
  SAFE,
  THIEF,
  USDC,
} from '../../incidents/request-2025-09/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { checkOn, foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { codeAt, type LocalChain, whileSet } from '../support/local-chain.ts';
import { multiSend } from '../support/multisend.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';

const { organisation, transaction, verdict: verdictOn, mutated } = incident('request-2025-09');
const abi = parseAbi(['function approve(address spender, uint256 amount)']);

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

test('the two contracts look alike to whoever compares the ends of their addresses', () => {
  const ends = (address: Address) => address.toLowerCase().replace(/^(.{6}).*(.{4})$/, '$1…$2');
  expect(ends(LOOK_ALIKE)).toBe(ends(HONEST));
});

describe('the batch that approves both', () => {
  test('is rejected: the look-alike’s deployer may take what is in the wallet', async () => {
    const verdict = await verdictOn('malicious', rpcNode(chain.url));
    expect(verdict.decision).toBe('REJECT');
    expect(foundIn(verdict)).toContain('control-passes');
    expect(verdict.power).toMatchObject({
      gained: [{ account: `eip155:1:${SAFE}`, action: 'take', leaves: [`key(eip155:1:${THIEF})`] }],
      lost: [],
    });
  });

  test('is rejected, whomever the look-alike serves', async () => {
    const verdict = await whileSet(chain, { [LOOK_ALIKE]: { code: OPAQUE_CODE } }, () =>
      mutated(chain, 'malicious', {}),
    );
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.deciding.finding).toBe('look-alike');
  });

  test('is rejected, too, where nobody said that there are tokens in the wallet', async () => {
    const known = { ...(await organisation()), assets: [] };
    const verdict = await checkOn(chain, await transaction('malicious'), { organisation: known });
    expect(verdict.decision).toBe('REJECT');
    expect(foundIn(verdict)).toContain('look-alike');
    expect(foundIn(verdict)).toContain('approval');
  });
});

test('the batch that approves the honest contract alone gains nobody anything', async () => {
  const verdict = await verdictOn('honest', rpcNode(chain.url));
  expect(verdict.decision).not.toBe('REJECT');
  expect(verdict.power).toMatchObject({ gained: [], lost: [] });
});

describe('mutations that silence it', () => {
  const approving = (...approvals: readonly (readonly [spender: Address, amount: bigint])[]) =>
    mutated(chain, 'malicious', {
      data: multiSend(
        ...approvals.map((args) => ({ to: USDC, data: encodeFunctionData({ abi, args }) })),
      ),
    });

  test('an approval that is taken back in the same batch', async () => {
    const { power } = await approving([LOOK_ALIKE, maxUint256], [LOOK_ALIKE, 0n]);
    expect(power).toMatchObject({ gained: [], lost: [] });
  });

  test('an approval of nothing', async () => {
    expect((await approving([LOOK_ALIKE, 0n])).power).toMatchObject({ gained: [], lost: [] });
  });

  test('a look-alike without the function that the other has not', async () => {
    const honest = { [LOOK_ALIKE]: { code: await codeAt(chain, HONEST) } };
    const verdict = await whileSet(chain, honest, () => mutated(chain, 'malicious', {}));
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });
});
