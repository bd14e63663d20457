/**
 * Messages whose signature stands for a call by the signer, and the call.
 *
 * @see https://eips.ethereum.org/EIPS/eip-2612 ERC-20 permits
 * @see https://github.com/makerdao/dss/blob/master/src/dai.sol DAI's, which came first
 * @see https://eips.ethereum.org/EIPS/eip-4494 permits of NFTs
 * @see https://github.com/Uniswap/permit2/blob/main/src/libraries/PermitHash.sol
 * @see https://github.com/aave-dao/aave-v3-origin/blob/main/src/contracts/protocol/tokenization/base/DebtTokenBase.sol
 * @see https://eips.ethereum.org/EIPS/eip-3009 transfers with authorization
 * @see https://eips.ethereum.org/EIPS/eip-5805 votes
 * @see https://eips.ethereum.org/EIPS/eip-2771 forwarders
 * @see https://eips.ethereum.org/EIPS/eip-4337 account abstraction
 */
import { type Address, encodeFunctionData, type Hex, parseAbi } from 'viem';
import { z } from 'zod';
import { PERMIT2 } from '../allowances.ts';
import { address, bytes, MAX_UINT256, word } from '../values.ts';
import { ending, type Form, form, number } from './forms.ts';
import type { PermittedCall } from './request.ts';

const abi = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function setApprovalForAll(address operator, bool approved)',
  'function approveDelegation(address delegatee, uint256 amount)',
  'function transfer(address to, uint256 amount)',
  'function delegate(address delegatee)',
  'function castVote(uint256 proposalId, uint8 support)',
]);
const permit2Abi = parseAbi([
  'function approve(address token, address spender, uint160 amount, uint48 expiration)',
]);

const callBy = (
  from: Address,
  to: Address,
  data: Hex,
  expires: bigint | null,
  value = 0n,
): PermittedCall => ({ kind: 'call', call: { from, to, data, value }, expires });

const approve = (spender: Address, amount: bigint): Hex =>
  encodeFunctionData({ abi, functionName: 'approve', args: [spender, amount] });

const transfer = (to: Address, amount: bigint): Hex =>
  encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] });

const AUTHORIZATION =
  'WithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)';

const ofTokens: readonly Form[] = [
  form({
    types: ['Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)'],
    fields: z.object({ owner: address, spender: address, value: number, deadline: number }),
    signer: ({ owner }) => owner,
    permits: ({ spender, value, deadline }, { signer, contract }) => [
      callBy(signer, contract, approve(spender, value), ending(deadline)),
    ],
  }),
  form({
    types: ['Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)'],
    fields: z.object({ holder: address, spender: address, expiry: number, allowed: z.boolean() }),
    signer: ({ holder }) => holder,
    permits: ({ spender, expiry, allowed }, { signer, contract }) => [
      callBy(
        signer,
        contract,
        approve(spender, allowed ? MAX_UINT256 : 0n),
        expiry === 0n ? null : ending(expiry),
      ),
    ],
  }),
  form({
    types: ['Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)'],
    fields: z.object({ spender: address, tokenId: number, deadline: number }),
    permits: ({ spender, tokenId, deadline }, { signer, contract }) => [
      callBy(signer, contract, approve(spender, tokenId), ending(deadline)),
    ],
  }),
  form({
    types: ['PermitForAll(address operator,bool approved,uint256 nonce,uint256 deadline)'],
    fields: z.object({ operator: address, approved: z.boolean(), deadline: number }),
    permits: ({ operator, approved, deadline }, { signer, contract }) => {
      const args = [operator, approved] as const;
      const data = encodeFunctionData({ abi, functionName: 'setApprovalForAll', args });
      return [callBy(signer, contract, data, ending(deadline))];
    },
  }),
  form({
    types: ['DelegationWithSig(address delegatee,uint256 value,uint256 nonce,uint256 deadline)'],
    fields: z.object({ delegatee: address, value: number, deadline: number }),
    permits: ({ delegatee, value, deadline }, { signer, contract }) => {
      const args = [delegatee, value] as const;
      const data = encodeFunctionData({ abi, functionName: 'approveDelegation', args });
      return [callBy(signer, contract, data, ending(deadline))];
    },
  }),
  form({
    types: [`Transfer${AUTHORIZATION}`, `Receive${AUTHORIZATION}`],
    fields: z.object({ from: address, to: address, value: number, validBefore: number }),
    signer: ({ from }) => from,
    permits: ({ to, value, validBefore }, { signer, contract }) => [
      callBy(signer, contract, transfer(to, value), ending(validBefore)),
    ],
  }),
  form({
    types: ['CancelAuthorization(address authorizer,bytes32 nonce)'],
    fields: z.object({ authorizer: address }),
    signer: ({ authorizer }) => authorizer,
    permits: () => [],
  }),
];

const details = z.object({ token: address, amount: number, expiration: number });
const permitted = z.object({ token: address, amount: number });
/** Typed data has no type for one or many. */
const oneOrMany = <T>(item: z.ZodType<T>) =>
  z.union([item.transform((one): readonly T[] => [one]), z.array(item)]);

const DETAILS = 'PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)';
const PERMISSIONS = 'TokenPermissions(address token,uint256 amount)';
const TAKING = 'permitted,address spender,uint256 nonce,uint256 deadline';
const underPermit2 = { name: 'Permit2', contracts: [PERMIT2] };

/** With a witness of any type behind it: that only narrows what the spender does with what it takes. */
const withWitness = (start: string): RegExp => {
  const [before, after] = [start, PERMISSIONS].map((text) => text.replace(/[()[\]]/g, '\\$&'));
  return new RegExp(`^${before},[^)]+\\)(?:.*\\))?${after}`);
};

const ofPermit2: readonly Form[] = [
  form({
    types: [
      `PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)${DETAILS}`,
      `PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)${DETAILS}`,
    ],
    fields: z.object({ details: oneOrMany(details), spender: address, sigDeadline: number }),
    under: underPermit2,
    permits: ({ details, spender, sigDeadline }, { signer, contract }) =>
      details.map(({ token, amount, expiration }) => {
        const args = [token, spender, amount, Number(expiration)] as const;
        const data = encodeFunctionData({ abi: permit2Abi, functionName: 'approve', args });
        return callBy(signer, contract, data, ending(sigDeadline));
      }),
  }),
  form({
    types: [
      `PermitTransferFrom(TokenPermissions ${TAKING})${PERMISSIONS}`,
      `PermitBatchTransferFrom(TokenPermissions[] ${TAKING})${PERMISSIONS}`,
      withWitness(`PermitWitnessTransferFrom(TokenPermissions ${TAKING}`),
      withWitness(`PermitBatchWitnessTransferFrom(TokenPermissions[] ${TAKING}`),
    ],
    fields: z.object({ permitted: oneOrMany(permitted), spender: address, deadline: number }),
    under: underPermit2,
    // To whom the spender likes: it is as good as its own.
    permits: ({ permitted, spender, deadline }, { signer }) =>
      permitted.map(({ token, amount }) =>
        callBy(signer, token, transfer(spender, amount), ending(deadline)),
      ),
  }),
];

const ofVotes: readonly Form[] = [
  form({
    types: ['Delegation(address delegatee,uint256 nonce,uint256 expiry)'],
    fields: z.object({ delegatee: address, expiry: number }),
    permits: ({ delegatee, expiry }, { signer, contract }) => {
      const data = encodeFunctionData({ abi, functionName: 'delegate', args: [delegatee] });
      return [callBy(signer, contract, data, ending(expiry))];
    },
  }),
  form({
    types: [
      'Ballot(uint256 proposalId,uint8 support)',
      'Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)',
    ],
    fields: z.object({ proposalId: number, support: number, voter: address.optional() }),
    signer: ({ voter }) => voter ?? null,
    permits: ({ proposalId, support }, { signer, contract }) => {
      const args = [proposalId, Number(support)] as const;
      const data = encodeFunctionData({ abi, functionName: 'castVote', args });
      return [callBy(signer, contract, data, null)];
    },
  }),
];

const REQUEST = 'ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce';

const ofForwarders: readonly Form[] = [
  form({
    types: [
      `${REQUEST},bytes data)`,
      `${REQUEST},uint48 deadline,bytes data)`,
      `${REQUEST},bytes data,uint256 validUntilTime)`,
    ],
    fields: z.object({
      from: address,
      to: address,
      value: number,
      data: bytes,
      deadline: number.optional(),
      validUntilTime: number.optional(),
    }),
    signer: ({ from }) => from,
    // Whoever relays it pays the value; the contract called sees it come with the call all the same.
    permits: ({ to, value, data, deadline, validUntilTime }, { signer }) => {
      const end = deadline ?? validUntilTime;
      return [callBy(signer, to, data, end === undefined ? null : ending(end), value)];
    },
  }),
  form({
    types: ['MetaTransaction(uint256 nonce,address from,bytes functionSignature)'],
    fields: z.object({ from: address, functionSignature: bytes }),
    signer: ({ from }) => from,
    permits: ({ functionSignature }, { signer, contract }) => [
      callBy(signer, contract, functionSignature, null),
    ],
  }),
];

const ofAccounts: readonly Form[] = [
  form({
    types: [
      'PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)',
    ],
    fields: z.object({ sender: address, callData: bytes }),
    under: {
      name: "ERC-4337's EntryPoint",
      contracts: [
        '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
        '0x433709009B8330FDa32311DF1C2AFA402eD8D009',
      ],
    },
    signer: ({ sender }) => sender,
    permits: ({ sender, callData }) => [callBy(sender, sender, callData, null)],
    unknown: () => 'What the account makes of it, and what gas it pays for, is not read here',
  }),
  form({
    types: ['SafeMessage(bytes message)'],
    fields: z.object({ message: bytes }),
    permits: () => [],
    unknown: ({ message }) =>
      word.safeParse(message).success
        ? 'The Safe is to sign 32 bytes, which may be the hash of anything: a permit or an order'
        : 'What it means that the Safe signs these bytes is not known',
  }),
];

/** Forms of messages that stand for calls. */
export const permitForms: readonly Form[] = [
  ...ofTokens,
  ...ofPermit2,
  ...ofVotes,
  ...ofForwarders,
  ...ofAccounts,
];
