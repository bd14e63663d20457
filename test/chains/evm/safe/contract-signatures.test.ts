import {
  type Address,
  concat,
  encodeAbiParameters,
  type Hex,
  hashStruct,
  keccak256,
  pad,
  size,
  toHex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { parseProposal } from '../../../../src/chains/evm/safe/exports.ts';
import { examineSignature } from '../../../../src/chains/evm/safe/signatures.ts';
import {
  encodeExecution,
  joinSignatures,
  safeHashes,
} from '../../../../src/chains/evm/safe/transaction.ts';
import { openState } from '../../../../src/chains/evm/state.ts';
import { mappingSlot, slot } from '../../../../src/chains/evm/values.ts';
import { ReadError, UnreachableError } from '../../../../src/errors.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { safeCode } from '../../../support/safe-contracts.ts';
import { safeAccounts } from '../../../support/safes.ts';
import { stateOfReads } from '../../../support/states.ts';

type Version = '1.1.1' | '1.3.0' | '1.4.1' | '1.5.0';

const SIGNER = privateKeyToAccount(`0x${'01'.repeat(32)}`);
const OTHER = privateKeyToAccount(`0x${'02'.repeat(32)}`);
const PARENT = account(0x5afe);
const CHILD = account(0xc5afe);
const SIGNED_MESSAGES_SLOT = slot(7n);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const transactionOf = (safe: Address) =>
  parseProposal('test', { safe, to: account(0xaa), value: 1, operation: 0, nonce: 0 }).transaction;

const hashesOf = (safe: Address, version: Version) => safeHashes(transactionOf(safe), version, 1);

/** Puts a Safe of one owner on the chain, with the singleton and the handler of its version. */
async function putSafe(at: Address, version: Version, owner: Address): Promise<void> {
  const [singleton, handler] = [`0x51${at.slice(4)}`, `0x52${at.slice(4)}`] as [Address, Address];
  const { [at]: proxy = {} } = await safeAccounts(
    version,
    {
      singleton,
      owners: [owner],
      threshold: 1,
      ...(version === '1.1.1' ? {} : { handler }),
      domainSeparator: hashesOf(at, version).domainHash,
    },
    at,
  );
  await chain.set({
    [at]: proxy,
    [singleton]: { code: await safeCode(`singleton ${version}`) },
    ...(version === '1.1.1' ? {} : { [handler]: { code: await safeCode(`handler ${version}`) } }),
  });
}

/** What the owners of the child sign to have it sign for the parent, as the parent will ask it. */
function messageOf(parent: Version, child: Version): Hex {
  const { domainHash, messageHash, safeTxHash } = hashesOf(PARENT, parent);
  const message =
    parent === '1.5.0'
      ? encodeAbiParameters([{ type: 'bytes32' }], [safeTxHash])
      : concat(['0x1901', domainHash, messageHash]);
  const struct = hashStruct({
    data: { message },
    primaryType: 'SafeMessage',
    types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
  });
  return keccak256(concat(['0x1901', hashesOf(CHILD, child).domainHash, struct]));
}

const signatureBy = (owner: Address, data: Hex): Hex =>
  concat([
    pad(owner.toLowerCase() as Hex),
    toHex(65, { size: 32 }),
    '0x00',
    toHex(size(data), { size: 32 }),
    data,
  ]);

async function examine(signature: Hex, version: Version, owner: Address) {
  const wallet = { safe: PARENT, owners: [owner], version };
  const state = await openState(rpcNode(chain.url));
  return await examineSignature({ owner, signature }, hashesOf(PARENT, version), wallet, state);
}

/** Whether the Safe itself takes the signature. */
async function isAccepted(signature: Hex): Promise<boolean> {
  const data = encodeExecution(transactionOf(PARENT), joinSignatures([signature]));
  const state = await openState(rpcNode(chain.url));
  try {
    await state.call({ to: PARENT, data });
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/revert/);
    return false;
  }
}

const PAIRS: readonly (readonly [Version, Version])[] = [
  ['1.1.1', '1.1.1'],
  ['1.1.1', '1.3.0'],
  ['1.3.0', '1.1.1'],
  ['1.3.0', '1.3.0'],
  ['1.4.1', '1.4.1'],
  ['1.5.0', '1.3.0'],
  ['1.5.0', '1.4.1'],
  ['1.5.0', '1.5.0'],
];

describe.each(PAIRS)('a Safe %s owned by a Safe %s', (parent, child) => {
  beforeAll(async () => {
    await putSafe(PARENT, parent, CHILD);
    await putSafe(CHILD, child, SIGNER.address);
  });

  test('counts what the owners of the owner signed', async () => {
    const signature = signatureBy(CHILD, await SIGNER.sign({ hash: messageOf(parent, child) }));
    expect(await isAccepted(signature)).toBe(true);
    expect(await examine(signature, parent, CHILD)).toMatchObject({
      kind: 'contract',
      signer: CHILD,
      counts: 'yes',
    });
  });

  test('does not count what someone else signed, or what was signed for another message', async () => {
    const byOther = signatureBy(CHILD, await OTHER.sign({ hash: messageOf(parent, child) }));
    const forOther = signatureBy(CHILD, await SIGNER.sign({ hash: keccak256('0x99') }));
    for (const signature of [byOther, forOther]) {
      expect(await isAccepted(signature)).toBe(false);
      expect(await examine(signature, parent, CHILD)).toMatchObject({ counts: 'no' });
    }
  });

  test('counts a message that the owner signed on chain, once it did', async () => {
    const signature = signatureBy(CHILD, '0x');
    const at = mappingSlot(messageOf(parent, child), SIGNED_MESSAGES_SLOT);
    await chain.set({ [CHILD]: { storage: { [at]: slot(0n) } } });
    expect(await isAccepted(signature)).toBe(false);
    expect(await examine(signature, parent, CHILD)).toMatchObject({ counts: 'unknown' });
    await chain.set({ [CHILD]: { storage: { [at]: slot(1n) } } });
    expect(await isAccepted(signature)).toBe(true);
    expect(await examine(signature, parent, CHILD)).toMatchObject({ counts: 'yes' });
  });
});

test('an owner that does not know the older question cannot sign for a Safe before 1.5.0', async () => {
  await putSafe(PARENT, '1.4.1', CHILD);
  await putSafe(CHILD, '1.5.0', SIGNER.address);
  const signature = signatureBy(CHILD, await SIGNER.sign({ hash: messageOf('1.4.1', '1.5.0') }));
  expect(await isAccepted(signature)).toBe(false);
  expect(await examine(signature, '1.4.1', CHILD)).toMatchObject({ counts: 'no' });
});

describe('a wallet of ERC-1271', () => {
  const { abi, bytecode } = compile(
    'Wallet',
    `import {IERC1271} from '@openzeppelin/contracts/interfaces/IERC1271.sol';
    contract Wallet is IERC1271 {
      address immutable asker;
      bytes4 immutable answer;
      constructor(address asker_, bytes4 answer_) { (asker, answer) = (asker_, answer_); }
      function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return msg.sender == asker ? answer : bytes4(0);
      }
    }`,
  );
  const deploy = (asker: Address, answer: Hex) =>
    deployCompiled(chain, account(1), { abi, bytecode }, [asker, answer]);

  test.each([
    ['that answers yes to its Safe', PARENT, '0x1626ba7e', true],
    ['that answers yes to somebody else', account(0xbad), '0x1626ba7e', false],
    ['that answers no', PARENT, '0xffffffff', false],
    ['that answers as one of the older standard', PARENT, '0x20c13b0b', false],
  ] as const)('%s', async (_, asker, answer, accepted) => {
    const wallet = await deploy(asker, answer);
    await putSafe(PARENT, '1.5.0', wallet);
    const signature = signatureBy(wallet, '0x1234');
    expect(await isAccepted(signature)).toBe(accepted);
    expect(await examine(signature, '1.5.0', wallet)).toMatchObject({
      counts: accepted ? 'yes' : 'no',
    });
  });

  test('is no wallet where there is no code', async () => {
    const nobody = account(0x404);
    await putSafe(PARENT, '1.5.0', nobody);
    const signature = signatureBy(nobody, '0x1234');
    expect(await isAccepted(signature)).toBe(false);
    expect(await examine(signature, '1.5.0', nobody)).toMatchObject({ counts: 'no' });
  });

  test('that nobody can ask is not judged', async () => {
    const examineIn = (error: Error) =>
      examineSignature(
        { owner: null, signature: signatureBy(CHILD, '0x1234') },
        hashesOf(PARENT, '1.5.0'),
        { safe: PARENT, owners: [CHILD], version: '1.5.0' },
        stateOfReads({ call: () => Promise.reject(error) }),
      );
    expect(await examineIn(new ReadError('no archive'))).toMatchObject({ counts: 'unknown' });
    await expect(examineIn(new UnreachableError('down'))).rejects.toThrow('down');
  });
});

describe('signatures of contracts among others', () => {
  const byContract = signatureBy(CHILD, '0xabcdef');
  const byOther = signatureBy(account(0xc0), '0x');
  const byKey: Hex = `0x${'11'.repeat(64)}1b`;
  const document = { safe: PARENT, to: PARENT, value: 0, operation: 0, nonce: 0 };
  const filed = (more: object) =>
    parseProposal('test', { ...document, ...more }).signatures.map(({ signature }) => signature);

  test('are joined into one blob as Safe reads it, and parted again', async () => {
    const all = [byContract, byKey, byOther];
    const blob = joinSignatures(all);
    expect(size(blob)).toBe(3 * 65 + 32 + 3 + 32);
    expect(filed({ signatures: blob })).toEqual(all);
    expect(joinSignatures([byKey, byKey])).toBe(concat([byKey, byKey]));
  });

  test('are one where the service fills their data up with zeros', () => {
    const confirmation = { owner: CHILD, signature: concat([byContract, `0x${'00'.repeat(29)}`]) };
    expect(filed({ confirmations: [confirmation], signatures: byContract })).toEqual([byContract]);
  });

  test.each([
    ['before the signatures end', 64n],
    ['beyond the bytes', 1_000n],
    ['beyond all numbers', 1n << 255n],
  ])('whose data would begin %s have none', async (_, at) => {
    const signature = concat([pad(CHILD), slot(at), '0x00', slot(0n)]);
    const wallet = { safe: PARENT, owners: [CHILD], version: '1.4.1' } as const;
    const state = stateOfReads({});
    const hashes = hashesOf(PARENT, '1.4.1');
    expect(await examineSignature({ owner: null, signature }, hashes, wallet, state)).toMatchObject(
      { kind: 'contract', counts: 'unknown' },
    );
  });
});
