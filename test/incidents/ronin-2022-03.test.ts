import {
  decodeFunctionData,
  encodeFunctionData,
  encodePacked,
  type Hex,
  hashMessage,
  keccak256,
  parseAbi,
  recoverAddress,
  size,
  slice,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  GATEWAY,
  rebuild,
  SIGNERS,
  THIEF,
  USDC,
  VALIDATOR,
  VALIDATORS,
} from '../../incidents/ronin-2022-03/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { parseCall } from '../../src/chains/evm/requests/transaction.ts';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { checkRequest, foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, whileSet } from '../support/local-chain.ts';

const { organisation, transaction, verdict: verdictOn, mutated } = incident('ronin-2022-03');
const abi = parseAbi([
  'function withdrawERC20For(uint256 id, address user, address token, uint256 amount, bytes signatures)',
]);
/** Of one signature: how it was made, r, s, v. */
const SIGNATURE = 66;

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

const withdrawal = async (name: string) => {
  const { data } = await parseCall(name, await transaction(name));
  return decodeFunctionData({ abi, data }).args;
};

describe.each([
  // To pay ether, the gateway has its wrapped ether unwrapped.
  ['ether', '0xe29fb524ba12146fad7688eec7f40e7802f0eb29e3ae9878ca41ccb063a5c6a7', ['unknown-call']],
  ['usdc', '0x3f5797649ec0b442f33f2f83e2191ffba153afe90f7b60bc8618f2251903d4f3', []],
] as const)('the withdrawal of %s', (name, digest, besides) => {
  const digestOf = async (): Promise<Hex> => {
    const [id, user, token, amount] = await withdrawal(name);
    const packed = encodePacked(
      ['string', 'uint256', 'address', 'address', 'uint256'],
      ['withdrawERC20', id, user, token, amount],
    );
    return hashMessage({ raw: keccak256(packed) });
  };

  test('has the published digest', async () => {
    expect(await digestOf()).toBe(digest);
  });

  test('is signed by exactly five of the nine', async () => {
    const [, , , , signatures] = await withdrawal(name);
    const at = Array.from({ length: size(signatures) / SIGNATURE }, (_, i) => i * SIGNATURE);
    const hash = await digestOf();
    expect(
      await Promise.all(
        at.map((from) =>
          recoverAddress({ hash, signature: slice(signatures, from + 1, from + SIGNATURE) }),
        ),
      ),
    ).toEqual(SIGNERS);
    expect(VALIDATORS).toHaveLength(9);
  });

  test('is held: power does not change, and what is paid goes to whom nobody listed', async () => {
    const verdict = await verdictOn(name, rpcNode(chain.url));
    expect(verdict.decision).toBe('HOLD');
    expect(new Set(foundIn(verdict))).toEqual(
      new Set(['unexplained-write', 'unread', 'unknown-payee', ...besides]),
    );
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
    const [, , token, amount] = await withdrawal(name);
    expect(verdict.assets.out).toEqual([
      {
        account: `eip155:1:${GATEWAY}`,
        counterparty: `eip155:1:${THIEF}`,
        token: token === USDC ? `eip155:1:${USDC}` : null,
        item: null,
        amount: String(amount),
      },
    ]);
  });
});

test('the same for an account that is listed is no payment to a stranger', async () => {
  const known = await organisation();
  const verdict = await checkRequest(
    chain,
    { kind: 'transaction', transaction: await parseCall('usdc', await transaction('usdc')) },
    {
      organisation: {
        ...known,
        payees: [{ account: `eip155:1:${THIEF}`, name: 'A user who came back from Ronin' }],
      },
    },
  );
  // The gateway is not read in full: without that it could be signed.
  expect(foundIn(verdict)).toEqual(['unexplained-write', 'unread']);
});

describe('mutations that pay nothing', () => {
  const failsWith = async (verdict: ReturnType<typeof mutated>) => {
    expect(foundIn(await verdict)).toContain('execution-fails');
    expect((await verdict).assets.out).toEqual([]);
  };

  test('another amount: the signatures are of others', async () => {
    const [id, user, token, amount, signatures] = await withdrawal('usdc');
    const args = [id, user, token, amount - 1n, signatures] as const;
    await failsWith(mutated(chain, 'usdc', { data: encodeFunctionData({ abi, args }) }));
  });

  test('four signatures', async () => {
    const [id, user, token, amount, signatures] = await withdrawal('usdc');
    const args = [id, user, token, amount, slice(signatures, SIGNATURE)] as const;
    await failsWith(mutated(chain, 'usdc', { data: encodeFunctionData({ abi, args }) }));
  });

  test('Axie DAO’s validator taken off the list, as its leave had ended', async () => {
    const [, , , axie = THIEF] = SIGNERS;
    const off = { [VALIDATOR]: { storage: { [mappingSlot(axie, slot(0n))]: slot(0n) } } };
    await failsWith(whileSet(chain, off, () => mutated(chain, 'usdc', {})));
  });
});
