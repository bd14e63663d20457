/**
 * LayerZero's DVN: a quorum of signers makes it vouch for a message. An admin has to carry out what they
 * sign, and they may make anyone admin. Who is admin is for the reader of AccessControl to say.
 *
 * @see https://github.com/LayerZero-Labs/LayerZero-v2/blob/main/packages/layerzero-v2/evm/messagelib/contracts/uln/dvn/DVN.sol
 */
import { type Address, parseAbi } from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, atLeast, leaf, power, type Rule, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { keepsRoles } from '../roles.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';

const EXECUTE = 'execute((uint32,address,bytes,uint256,bytes)[])';
const QUORUM_CHANGE_ADMIN = 'quorumChangeAdmin((uint32,address,bytes,uint256,bytes))';
/** Prices, and fees earned: nothing that a message rests on. */
const ADMIN_FUNCTIONS: readonly string[] = [
  'setDstConfig((uint32,uint64,uint16,uint128)[])',
  'setPriceFeed(address)',
  'setWorkerFeeLib(address)',
  'setDefaultMultiplierBps(uint16)',
  'setSupportedOptionTypes(uint32,uint8[])',
  'withdrawFee(address,address,uint256)',
  'withdrawToken(address,address,uint256)',
  'withdrawFeeFromUlnV2(address,address,uint256)',
];
const SIGNATURE_FUNCTIONS: readonly string[] = [
  'getSigners()',
  'quorum()',
  'verifySignatures(bytes32,bytes)',
  'setSigner(address,bool)',
  'setQuorum(uint64)',
  QUORUM_CHANGE_ADMIN,
  EXECUTE,
];

const abi = parseAbi([
  'function quorum() view returns (uint64)',
  'function getSigners() view returns (address[])',
]);

/** More signers than this are refused. */
const MAX_SIGNERS = 500;

export const layerzeroDvn: Reader = {
  id: 'layerzero-dvn',
  refuses: ['a DVN of an older kind, which does not list its signers'],
  read: async ({ account, code }, state) => {
    if (!keepsRoles(code) || !offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const { value, evidence } = await observe(state, (view) => readCommittee(view, account));
    const admin = role(id, 'ADMIN_ROLE');
    const adminFunctions = ADMIN_FUNCTIONS.filter((each) => offers(code, each));
    const rule = (
      grants: Rule['grants'],
      requires: Rule['requires'],
      functions: readonly string[],
    ): Rule => ({ grants, requires, reader: 'layerzero-dvn', functions, evidence });
    const { quorum, signers } = value;
    // Only keys sign: the code of a signer's account is not asked.
    const keys = signers.map((signer) => leaf('key', accountId(state.chainId, signer)));
    return {
      kind: 'LayerZero DVN',
      rules: [
        rule(act(id), atLeast(quorum, keys, 'signers'), [QUORUM_CHANGE_ADMIN, EXECUTE]),
        rule(admin, act(id), [QUORUM_CHANGE_ADMIN]),
        rule(power(id, 'configure'), admin, adminFunctions),
      ],
      covers: selectorsOf(EXECUTE, QUORUM_CHANGE_ADMIN, ...SELF_FUNCTIONS, ...adminFunctions),
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

/** Who signs, and how many of them it takes. */
interface Committee {
  readonly quorum: number;
  readonly signers: readonly Address[];
}

async function readCommittee(state: State, account: Address): Promise<Committee> {
  const [quorum, signers] = await Promise.all([
    askView(state, account, abi, 'quorum', []),
    askView(state, account, abi, 'getSigners', []),
  ]);
  if (signers.length > MAX_SIGNERS || quorum === 0n || quorum > BigInt(signers.length)) {
    throw new ReadError(`${account} has a quorum of ${quorum} among ${signers.length} signers`);
  }
  return { quorum: Number(quorum), signers };
}

/** It calls them itself, when its signers say so. */
const SELF_FUNCTIONS: readonly string[] = ['setSigner(address,bool)', 'setQuorum(uint64)'];

const announces: readonly Announcement[] = [
  'UpdateSigner(address,bool)',
  'UpdateQuorum(uint64)',
].map(announcement);
