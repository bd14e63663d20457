import fc from 'fast-check';
import {
  type Address,
  concat,
  encodeFunctionData,
  type Hex,
  keccak256,
  pad,
  parseAbi,
  slice,
  toHex,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { parseCall } from '../../src/chains/evm/requests/transaction.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { encodeExecution, safeHashes } from '../../src/chains/evm/safe/transaction.ts';
import { slot } from '../../src/chains/evm/values.ts';
import { UnsupportedMethodError } from '../../src/errors.ts';
import { NO_ORGANISATION, type Organisation } from '../../src/org/org.ts';
import { account, OWNERS } from '../support/accounts.ts';
import { checkOn, checkRequest, foundIn } from '../support/check.ts';
import { type LocalChain, startLocalChain } from '../support/local-chain.ts';
import { type BatchedCall, multiSend } from '../support/multisend.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';
import { safeCode } from '../support/safe-contracts.ts';
import { ETHER, SAFE, SINGLETON, safeAccounts } from '../support/safes.ts';

const [A, B, C] = OWNERS as [Address, Address, Address, Address, Address];
const STRANGER = account(0xbad);
const PAYEE = account(0xaa);
const MULTISEND = account(0x35);
const TOKEN = account(0x70);
const LIBRARY = account(0x11b);
const GUARD = account(0x60a2d);
const SENTINEL: Address = '0x0000000000000000000000000000000000000001';
/** Writes its second argument to the slot in its first: what a delegatecall can do to a wallet. */
const WRITER = account(0x57);
const GUARD_SLOT = keccak256(toHex('guard_manager.guard.address'));
const WRITER_CODE: Hex = '0x60243560043555';
/** Answers 1 to every call. */
const YES: Hex = OPAQUE_CODE;

const abi = parseAbi([
  'function addOwnerWithThreshold(address owner, uint256 threshold)',
  'function removeOwner(address previous, address owner, uint256 threshold)',
  'function swapOwner(address previous, address old, address next)',
  'function changeThreshold(uint256 threshold)',
  'function enableModule(address module)',
  'function setGuard(address guard)',
  'function setFallbackHandler(address handler)',
  'function transfer(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function write(bytes32 slot, bytes32 value)',
  'function signMessage(bytes message)',
  'function approveHash(bytes32 hash)',
  'function transferOwnership(address to)',
  'function changeMasterCopy(address singleton)',
]);

const organisation = {
  ...NO_ORGANISATION,
  payees: [{ account: `eip155:1:${PAYEE}`, name: 'Payee' }],
};

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

beforeEach(async () => {
  await chain.set({
    ...(await safeAccounts('1.3.0')),
    [MULTISEND]: { code: await safeCode('MultiSend 1.3.0') },
    [TOKEN]: { code: YES },
    [GUARD]: { code: YES },
    [WRITER]: { code: WRITER_CODE },
  });
});

afterAll(() => chain.stop());

const payment = { safe: SAFE, to: PAYEE, value: String(ETHER), operation: 0, nonce: 0 };
const toItself = (data: Hex) => ({
  safe: SAFE,
  to: SAFE,
  value: '0',
  data,
  operation: 0,
  nonce: 0,
});
const write = (at: Hex, value: Hex) => ({
  safe: SAFE,
  to: WRITER,
  value: '0',
  data: encodeFunctionData({ abi, functionName: 'write', args: [at, value] }),
  operation: 1,
  nonce: 0,
});
const batch = (...calls: readonly BatchedCall[]) => ({
  safe: SAFE,
  to: MULTISEND,
  value: '0',
  data: multiSend(...calls),
  operation: 1,
  nonce: 0,
});
const check = (document: object) => checkOn(chain, document, { organisation });

describe('SIGN', () => {
  test('a payment to a payee, with nothing signed yet', async () => {
    const verdict = await check(payment);
    expect(verdict).toMatchObject({
      decision: 'SIGN',
      deciding: { finding: null },
      findings: [],
      power: { gained: [], lost: [] },
      unread: [],
    });
    expect(verdict.assets.out).toEqual([
      {
        account: `eip155:1:${SAFE}`,
        counterparty: `eip155:1:${PAYEE}`,
        token: null,
        item: null,
        amount: String(ETHER),
      },
    ]);
    expect(verdict.summary).toMatch(
      /^It sends 1 ETH to Payee \(0x.*\)\. Control of .* stays with 2 of its 3 owners\.$/,
    );
  });

  test('payments to payees in a MultiSend', async () => {
    expect(
      await check(
        batch({ to: PAYEE, data: '0x', value: 1n }, { to: PAYEE, data: '0x', value: 2n }),
      ),
    ).toMatchObject({
      decision: 'SIGN',
      findings: [],
    });
  });

  test('a cancelling transaction: nothing, to itself', async () => {
    expect((await check({ ...payment, to: SAFE, value: '0' })).decision).toBe('SIGN');
  });

  test.each(['1.1.1', '1.4.1', '1.5.0'] as const)('a payment by a Safe %s', async (version) => {
    const at = account(0x5afe0 + Number(version[2]));
    const { domainHash } = safeHashes(
      parseProposal('test', { ...payment, safe: at }).transaction,
      version,
      1,
    );
    await chain.set(await safeAccounts(version, { domainSeparator: domainHash }, at));
    expect((await check({ ...payment, safe: at })).decision).toBe('SIGN');
  });
});

describe('REJECT when control passes to someone who had no part in it', () => {
  test.each([
    [
      'a delegatecall that swaps the singleton',
      write(slot(0n), pad(STRANGER)),
      ['control-passes', 'silent-change', 'code-changes', 'unread', 'foreign-code'],
    ],
    [
      'a module',
      toItself(encodeFunctionData({ abi, functionName: 'enableModule', args: [STRANGER] })),
      ['control-passes'],
    ],
    [
      'a module, hidden in a MultiSend',
      batch(
        { to: PAYEE, data: '0x', value: 1n },
        {
          to: SAFE,
          data: encodeFunctionData({ abi, functionName: 'enableModule', args: [STRANGER] }),
        },
      ),
      ['control-passes'],
    ],
    [
      'a fallback handler of unknown code',
      toItself(encodeFunctionData({ abi, functionName: 'setFallbackHandler', args: [TOKEN] })),
      ['control-passes', 'unread', 'unknown-call'],
    ],
  ] as const)('%s', async (_, document, found) => {
    const verdict = await check(document);
    expect(foundIn(verdict)).toEqual(found);
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.deciding.finding).toBe('control-passes');
    expect(verdict.power.gained.length).toBeGreaterThan(0);
  });

  test('anyone, where the threshold is written to zero: setup() is open again', async () => {
    const verdict = await check(write(slot(4n), slot(0n)));
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.power.gained).toMatchObject([{ leaves: [], seconds: 0 }]);
    expect(verdict.summary).toContain('is opened to anyone, beside 2 of its 3 owners.');
  });

  test('a stranger who is made the only owner', async () => {
    const only = batch(
      {
        to: SAFE,
        data: encodeFunctionData({ abi, functionName: 'removeOwner', args: [A, B, 1n] }),
      },
      {
        to: SAFE,
        data: encodeFunctionData({ abi, functionName: 'removeOwner', args: [A, C, 1n] }),
      },
      {
        to: SAFE,
        data: encodeFunctionData({ abi, functionName: 'swapOwner', args: [SENTINEL, A, STRANGER] }),
      },
    );
    const verdict = await check(only);
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.summary).toContain('passes from 2 of its 3 owners to the key 0x');
  });
});

describe('HOLD when power changes among those who had a part in it', () => {
  test.each([
    [
      'an owner more',
      encodeFunctionData({ abi, functionName: 'addOwnerWithThreshold', args: [STRANGER, 2n] }),
    ],
    ['an owner fewer', encodeFunctionData({ abi, functionName: 'removeOwner', args: [A, B, 2n] })],
    [
      'an owner swapped',
      encodeFunctionData({ abi, functionName: 'swapOwner', args: [A, B, STRANGER] }),
    ],
    ['a lower threshold', encodeFunctionData({ abi, functionName: 'changeThreshold', args: [1n] })],
    [
      'a higher threshold',
      encodeFunctionData({ abi, functionName: 'changeThreshold', args: [3n] }),
    ],
  ])('%s', async (_, data) => {
    const verdict = await check(toItself(data));
    expect(verdict.decision).toBe('HOLD');
    expect(foundIn(verdict)).toEqual(['control-changes']);
  });

  test.each([
    ['set', {}, GUARD, 'The power to veto'],
    ['removed', { guard: GUARD }, zeroAddress, 'The power to veto'],
  ] as const)('a guard is %s', async (_, setup, to, words) => {
    const at = account(0x5afe22);
    await chain.set({ [at]: { storage: { [GUARD_SLOT]: slot(0n) } } });
    await chain.set(await safeAccounts('1.3.0', setup, at));
    const data = encodeFunctionData({ abi, functionName: 'setGuard', args: [to] });
    const verdict = await check({ ...toItself(data), safe: at, to: at });
    expect(foundIn(verdict)).toEqual(['control-changes']);
    expect(verdict.summary).toContain(words);
  });

  test('a threshold that no number of owners reaches locks everyone out', async () => {
    const verdict = await check(write(slot(4n), `0x${'ff'.repeat(32)}`));
    expect(foundIn(verdict)).toEqual(['silent-change', 'control-changes', 'foreign-code']);
    expect(verdict.power.gained).toEqual([]);
    expect(verdict.power.lost).toHaveLength(3);
  });

  test('a threshold written by a delegatecall is silent, too', async () => {
    const verdict = await check(write(slot(4n), slot(1n)));
    expect(foundIn(verdict)).toEqual(['silent-change', 'control-changes', 'foreign-code']);
    expect(verdict.decision).toBe('HOLD');
  });
});

test('a change by way of an owner that is a Safe is announced there, and not silent', async () => {
  const inner = account(0x5afe99);
  const at = account(0x5afe9a);
  await chain.set({
    ...(await safeAccounts('1.3.0', { owners: [at], threshold: 1 }, inner)),
    ...(await safeAccounts('1.3.0', { owners: [inner, A], threshold: 2 }, at)),
  });
  // The outer Safe makes the inner one, its own owner, accept another owner beside it.
  const data = encodeFunctionData({
    abi,
    functionName: 'addOwnerWithThreshold',
    args: [STRANGER, 1n],
  });
  const approved = concat([pad(at), pad('0x'), '0x01']);
  const verdict = await check({
    ...payment,
    safe: at,
    to: inner,
    value: '0',
    data: encodeExecution(
      { ...parseProposal('test', toItself(data)).transaction, safe: inner, to: inner },
      approved,
    ),
  });
  expect(verdict.power.gained).not.toEqual([]);
  expect(foundIn(verdict)).not.toContain('silent-change');
});

describe('benign look-alikes stay silent', () => {
  test.each([
    [
      'a threshold set to what it is',
      toItself(encodeFunctionData({ abi, functionName: 'changeThreshold', args: [2n] })),
      [],
    ],
    [
      'a delegatecall that writes what was there',
      write(slot(0n), pad(SINGLETON)),
      ['foreign-code'],
    ],
    [
      'a delegatecall that writes a slot of no meaning',
      write(slot(99n), slot(1n)),
      ['unexplained-write', 'foreign-code'],
    ],
    [
      'a delegatecall to an account without code: code may come to stand there',
      { ...write(slot(0n), pad(STRANGER)), to: STRANGER },
      ['foreign-code'],
    ],
    [
      'a call, not a delegatecall, of the same data',
      { ...write(slot(0n), pad(STRANGER)), operation: 0 },
      ['unknown-call'],
    ],
  ] as const)('%s', async (_, document, found) => {
    const verdict = await check(document);
    expect(foundIn(verdict)).toEqual(found);
    expect(verdict.power.gained).toEqual([]);
  });
});

describe('what it cannot vouch for is held', () => {
  test('a payment to an account that is not listed', async () => {
    const verdict = await check({ ...payment, to: STRANGER });
    expect(foundIn(verdict)).toEqual(['unknown-payee']);
    expect(verdict.decision).toBe('HOLD');
  });

  test('what a position pays to whoever has it pay, where that account is not listed', async () => {
    const data = encodeFunctionData({
      abi: parseAbi(['function transferFrom(address from, address to, uint256 amount)']),
      args: [SAFE, STRANGER, 1n],
    });
    const transaction = await parseCall('test', { from: STRANGER, to: TOKEN, data });
    const checkWith = async (own: Partial<Organisation>) =>
      await checkRequest(
        chain,
        { kind: 'transaction', transaction },
        {
          organisation: {
            ...organisation,
            positions: [{ account: `eip155:1:${SAFE}`, name: 'Treasury' }],
            ...own,
          },
        },
      );
    const verdict = await checkWith({});
    expect(foundIn(verdict)).toEqual(['unknown-payee']);
    expect(verdict.assets.out.map(({ account: of }) => of)).toEqual([`eip155:1:${SAFE}`]);
    const accounts = [{ account: `eip155:1:${STRANGER}`, name: 'Ours as well' }];
    expect(foundIn(await checkWith({ accounts }))).toEqual([]);
  });

  test('a gas refund, which a simulation at no gas price does not show', async () => {
    const refund = { ...payment, gasPrice: '1', baseGas: 21_000, refundReceiver: STRANGER };
    expect(foundIn(await check(refund))).toEqual(['gas-refund']);
  });

  test('an approval inside a MultiSend', async () => {
    const data = encodeFunctionData({ abi, functionName: 'approve', args: [STRANGER, 1n] });
    expect(foundIn(await check(batch({ to: TOKEN, data })))).toEqual(['unknown-call']);
  });

  test('a message that the Safe signs: it may be a permit', async () => {
    const old = account(0x5afe77);
    const { domainHash } = safeHashes(
      parseProposal('test', { ...payment, safe: old }).transaction,
      '1.1.1',
      1,
    );
    await chain.set({
      ...(await safeAccounts('1.1.1', { domainSeparator: domainHash }, old)),
      [LIBRARY]: { code: await safeCode('SignMessageLib 1.3.0') },
    });
    const data = encodeFunctionData({ abi, functionName: 'signMessage', args: ['0x1234'] });
    const byItself = { ...payment, safe: old, to: old, value: '0', data };
    expect(foundIn(await check(byItself))).toEqual(['unknown-call']);
    await chain.set(await safeAccounts('1.3.0'));
    const byLibrary = { ...payment, to: LIBRARY, value: '0', data, operation: 1 };
    expect(foundIn(await check(byLibrary))).toEqual(['unexplained-write', 'foreign-code']);
  });

  test('an order to the guard that is not its question', async () => {
    const at = account(0x5afe11);
    await chain.set(await safeAccounts('1.3.0', { guard: GUARD }, at));
    const data = encodeFunctionData({ abi, functionName: 'transferOwnership', args: [STRANGER] });
    const verdict = await check({ ...payment, safe: at, to: GUARD, value: '0', data });
    expect(foundIn(verdict)).toEqual(['unknown-call']);
  });

  test.each([
    ['a handler of known code', '1.3.0', 'setFallbackHandler'],
    ['another singleton of known code', '1.1.1', 'changeMasterCopy'],
  ] as const)('%s: what it does differently does not show', async (_, version, functionName) => {
    const at = account(version === '1.3.0' ? 0x5afe12 : 0x5afe13);
    const next = account(0x14);
    const { transaction } = parseProposal('test', { ...payment, safe: at });
    const domainSeparator = safeHashes(transaction, version, 1).domainHash;
    await chain.set({
      ...(await safeAccounts(version, { domainSeparator }, at)),
      [next]: {
        code: await safeCode(version === '1.3.0' ? 'handler 1.3.0' : 'singleton 1.3.0'),
      },
    });
    const data = encodeFunctionData({ abi, functionName, args: [next] });
    const verdict = await check({ ...toItself(data), safe: at, to: at });
    expect(foundIn(verdict).filter((id) => id !== 'code-changes')).toEqual(['unknown-call']);
  });

  test('a hash that the Safe approves for another Safe', async () => {
    const other = account(0x5afe88);
    await chain.set(await safeAccounts('1.3.0', { owners: [SAFE], threshold: 1 }, other));
    const data = encodeFunctionData({ abi, functionName: 'approveHash', args: [keccak256('0x')] });
    const verdict = await check({ ...payment, to: other, value: '0', data });
    expect(foundIn(verdict)).toEqual(['unknown-call']);
  });

  test('a transfer of a token that logs nothing, to an account that is not listed', async () => {
    const transfer = (to: Address) => ({
      ...payment,
      to: TOKEN,
      value: '0',
      data: encodeFunctionData({ abi, functionName: 'transfer', args: [to, 5n] }),
    });
    expect(foundIn(await check(transfer(STRANGER)))).toEqual(['unknown-payee']);
    const verdict = await check(transfer(PAYEE));
    expect(verdict.decision).toBe('SIGN');
    expect(verdict.assets.out).toMatchObject([{ token: `eip155:1:${TOKEN}`, amount: '5' }]);
    const { to, data } = transfer(PAYEE);
    expect((await check(batch({ to, data }, { to, data }))).assets.out).toHaveLength(2);
  });

  test('a transaction that fails inside', async () => {
    const tooMuch = { ...payment, value: String(1_000n * ETHER) };
    expect(foundIn(await check(tooMuch))).toEqual(['execution-fails']);
    const fails = toItself(
      encodeFunctionData({ abi, functionName: 'changeThreshold', args: [9n] }),
    );
    expect(foundIn(await check({ ...fails, safeTxGas: 100_000 }))).toEqual(['execution-fails']);
  });

  test.each([0, 5])('nonce %i where the Safe is at 3', async (nonce) => {
    const at = account(0x5afe33);
    await chain.set(await safeAccounts('1.3.0', { nonce: 3 }, at));
    const verdict = await check({ ...payment, safe: at, nonce });
    expect(foundIn(verdict)).toEqual(['nonce-mismatch']);
    expect(verdict.decision).toBe('HOLD');
  });

  test('an owner whose code nobody can read', async () => {
    const at = account(0x5afe44);
    await chain.set(await safeAccounts('1.3.0', { owners: [A, B, TOKEN] }, at));
    const verdict = await check({ ...payment, safe: at });
    expect(foundIn(verdict)).toEqual(['unread']);
    expect(verdict.unread).toEqual([
      {
        account: `eip155:1:${TOKEN}`,
        reason: 'the fallback could not be followed to its ends',
      },
    ]);
  });

  test('a guard of unknown code does not hold: it can only refuse', async () => {
    const at = account(0x5afe55);
    await chain.set(await safeAccounts('1.3.0', { guard: GUARD }, at));
    const verdict = await check({ ...payment, safe: at });
    expect(verdict.decision).toBe('SIGN');
    expect(verdict.unread).toHaveLength(1);
  });

  test('a Safe whose list of owners is longer than anyone means', async () => {
    const at = account(0x5afe77e);
    const owners = Array.from({ length: 201 }, (_, index) => account(0x10000 + index));
    await chain.set(await safeAccounts('1.3.0', { owners }, at));
    const verdict = await check({ ...payment, safe: at });
    expect(verdict).toMatchObject({ decision: 'HOLD', hashes: null });
    expect(verdict.findings[0]?.detail).toMatch(/^the list in slot 2 of .* is longer than 200\./);
  });

  test('a wallet that is no known Safe', async () => {
    const verdict = await check({ ...payment, safe: STRANGER });
    expect(verdict).toMatchObject({ decision: 'HOLD', hashes: null, simulation: null });
    expect(foundIn(verdict)).toContain('unread');
  });

  test('a node that cannot simulate', async () => {
    const live = rpcNode(chain.url);
    const node: Node = {
      source: 'test',
      request: async (method, params) => {
        if (/simulate|trace/.test(method)) throw new UnsupportedMethodError(`no ${method}`);
        return await live.request(method, params);
      },
    };
    const verdict = await checkOn(chain, payment, { node, organisation });
    expect(verdict).toMatchObject({ decision: 'HOLD', simulation: null, power: { after: null } });
    expect(foundIn(verdict)).toEqual(['unread']);
  });
});

test('whatever a delegatecall writes where power is kept, it is judged, and never signed', async () => {
  const mapping = (account: Address, index: bigint): Hex =>
    keccak256(concat([pad(account), toHex(index, { size: 32 })]));
  const keptAt = fc.constantFrom<Hex>(
    ...[0n, 1n, 2n, 3n, 4n, 5n, 6n].map(slot),
    ...[SENTINEL, A, B, C].flatMap((member) => [mapping(member, 1n), mapping(member, 2n)]),
    GUARD_SLOT,
    keccak256(toHex('fallback_manager.handler.address')),
  );
  const written = fc.oneof(
    fc
      .constantFrom(zeroAddress, SENTINEL, A, B, C, SAFE, SINGLETON, TOKEN, STRANGER)
      .map((to) => pad(to)),
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((made) => toHex(made)),
  );
  await fc.assert(
    fc.asyncProperty(keptAt, written, async (at, value) => {
      const verdict = await check(write(at, value));
      expect(['HOLD', 'REJECT']).toContain(verdict.decision);
      if (verdict.power.gained.length > 0) expect(foundIn(verdict)).toContain('silent-change');
    }),
    { numRuns: 60 },
  );
});

describe('signatures', () => {
  const signers = ['0x01', '0x02', '0x03'].map((secret) =>
    privateKeyToAccount(keccak256(secret as Hex)),
  );
  const owners = signers.map(({ address }) => address);
  const at = account(0x5afe66);
  const document = { ...payment, safe: at };
  const { safeTxHash } = safeHashes(parseProposal('test', document).transaction, '1.3.0', 1);
  const sign = async (index: number, hash: Hex = safeTxHash) => {
    const signer = signers[index];
    if (signer === undefined) throw new Error('no such signer');
    return { owner: signer.address, signature: await signer.sign({ hash }) };
  };

  beforeEach(async () => chain.set(await safeAccounts('1.3.0', { owners }, at)));

  test('by enough owners are the ones that the simulation runs with', async () => {
    const verdict = await check({
      ...document,
      safeTxHash,
      confirmations: [await sign(2), await sign(0)],
    });
    expect(verdict.decision).toBe('SIGN');
    expect(verdict.signatures.map(({ counts }) => counts)).toEqual(['yes', 'yes']);
  });

  test('by too few owners are no objection: more may follow', async () => {
    expect((await check({ ...document, confirmations: [await sign(1)] })).decision).toBe('SIGN');
  });

  test('one for another transaction rejects it', async () => {
    const other = await sign(1, keccak256('0x99'));
    const verdict = await check({ ...document, confirmations: [await sign(0), other] });
    expect(verdict.decision).toBe('REJECT');
    expect(foundIn(verdict)).toEqual(['signature-mismatch']);
    expect(verdict.summary).toMatch(/^1 of the 2 signatures collected is not by an owner/);
  });

  test('are looked for beside the confirmations, too', async () => {
    const { signature } = await sign(1, keccak256('0x99'));
    const verdict = await check({ ...document, confirmations: [], signatures: signature });
    expect(foundIn(verdict)).toEqual(['signature-mismatch']);
    const good = await sign(0);
    const blob = concat([...Array<Hex>(300).fill(good.signature), signature]);
    expect(foundIn(await check({ ...document, signatures: blob }))).toContain('signature-mismatch');
  });

  test('one filed under somebody else holds it', async () => {
    const { signature } = await sign(1);
    const misfiled = { owner: owners[0], signature };
    const verdict = await check({ ...document, confirmations: [misfiled] });
    expect(foundIn(verdict)).toEqual(['signature-unverified']);
  });

  test('a confirmation without a signature claims an approval on chain', async () => {
    const claimed = { owner: owners[0], signature: null };
    const verdict = await check({ ...document, confirmations: [claimed] });
    expect(verdict.signatures).toMatchObject([{ kind: 'approved hash', counts: 'unknown' }]);
  });

  describe('one by a contract', () => {
    const wallet = account(0x1271);
    const answering = (answer: Hex): Hex =>
      concat(['0x7f', pad(answer, { dir: 'right' }), '0x5f5260205ff3']);
    const signature = concat([
      pad(wallet),
      toHex(65, { size: 32 }),
      '0x00',
      toHex(40, { size: 32 }),
      `0x${'ab'.repeat(40)}`,
    ]);

    beforeEach(async () => {
      const owned = [wallet, ...owners.slice(1)];
      await chain.set(await safeAccounts('1.3.0', { owners: owned }, at));
    });

    test('that accepts it counts, and its data is no signature of its own', async () => {
      await chain.set({ [wallet]: { code: answering('0x20c13b0b') } });
      const other = await sign(2);
      const confirmations = [other, { owner: wallet, signature }];
      const verdict = await check({ ...document, confirmations, signatures: signature });
      expect(verdict.signatures.map(({ counts }) => counts)).toEqual(['yes', 'yes']);
      expect(verdict.decision).toBe('SIGN');
      expect(verdict.simulation).toMatchObject({ succeeded: true });
    });

    test('that refuses it rejects the transaction', async () => {
      await chain.set({ [wallet]: { code: answering('0xffffffff') } });
      const verdict = await check({ ...document, signatures: signature });
      expect(foundIn(verdict)).toEqual(['signature-mismatch']);
      expect(verdict.summary).toContain('(which does not accept it)');
    });

    test('without its data holds it', async () => {
      const cut = slice(signature, 0, 65);
      const verdict = await check({
        ...document,
        confirmations: [{ owner: wallet, signature: cut }],
      });
      expect(foundIn(verdict)).toEqual(['signature-unverified']);
      expect(verdict.decision).toBe('HOLD');
    });
  });

  test('a claimed hash that is of another transaction rejects it', async () => {
    const verdict = await check({ ...document, safeTxHash: keccak256('0x99') });
    expect(foundIn(verdict)).toEqual(['hash-mismatch']);
    expect(verdict.decision).toBe('REJECT');
  });
});

describe('a payee with limits', () => {
  const coin = 'eip155:1/slip44:60';
  const token = `eip155:1/erc20:${TOKEN}`;
  const limited = {
    ...organisation,
    payees: [
      {
        account: `eip155:1:${PAYEE}`,
        name: 'Payee',
        limits: [
          { asset: coin, amount: '1' },
          { asset: token, amount: '2.5' },
        ],
      },
    ],
    assets: [
      { asset: coin, symbol: 'ETH', decimals: 18 },
      { asset: token, symbol: 'USDX', decimals: 6 },
    ],
  };
  const transfer = (amount: bigint) => ({
    ...payment,
    to: TOKEN,
    value: '0',
    data: encodeFunctionData({ abi, functionName: 'transfer', args: [PAYEE, amount] }),
  });

  test.each([
    ['up to the limit', payment, []],
    ['over it', { ...payment, value: String(ETHER + 1n) }, ['over-limit']],
    [
      'over it in two parts',
      batch({ to: PAYEE, data: '0x', value: ETHER }, { to: PAYEE, data: '0x', value: 1n }),
      ['over-limit'],
    ],
    ['a token up to its limit', transfer(2_500_000n), []],
    ['a token over its limit', transfer(2_500_001n), ['over-limit']],
  ])('is paid %s', async (_, document, found) => {
    expect(foundIn(await checkOn(chain, document, { organisation: limited }))).toEqual(found);
  });
});

test('by eth_simulateV1 the verdict is the same, but for calls that only a trace shows', async () => {
  const live = rpcNode(chain.url);
  const node: Node = {
    source: live.source,
    request: async (method, params) => {
      if (method === 'debug_traceCall') throw new UnsupportedMethodError('no traces');
      return await live.request(method, params);
    },
  };
  for (const document of [payment, write(slot(0n), pad(STRANGER)), write(slot(4n), slot(1n))]) {
    const traced = await check(document);
    const simulated = await checkOn(chain, document, { node, organisation });
    expect({ ...simulated, simulation: null }).toEqual({ ...traced, simulation: null });
  }
  const silent: Node = {
    source: live.source,
    request: (method, params) =>
      node.request(
        method,
        JSON.parse(
          JSON.stringify(params).replace('"traceTransfers":true', '"traceTransfers":false'),
        ),
      ),
  };
  const unlisted = { ...payment, to: STRANGER };
  expect(foundIn(await checkOn(chain, unlisted, { node: silent, organisation }))).toEqual([
    'unknown-payee',
  ]);
  const hidden = await checkOn(chain, batch({ to: PAYEE, data: '0x', value: 1n }), {
    node,
    organisation,
  });
  expect(foundIn(hidden)).toEqual(['unknown-call']);
});
