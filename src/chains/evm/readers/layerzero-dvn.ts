/**
 * LayerZero's DVN: a quorum of signers makes it vouch for a message. An admin has to carry out what they
 * sign, and they may make anyone admin.
 *
 * @see https://github.com/LayerZero-Labs/LayerZero-v2/blob/main/packages/layerzero-v2/evm/messagelib/contracts/uln/dvn/DVN.sol
 */
import {
  type Address,
  decodeAbiParameters,
  keccak256,
  parseAbiParameters,
  toFunctionSelector,
  toHex,
} from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, atLeast, leaf, power, type Rule, role } from '../../../power/model.ts';
import { type Observed, observe } from '../evidence.ts';
import { decoded, numberFrom } from '../getters.ts';
import { offers } from '../held-roles.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { roleAnnouncements, roleMembers } from '../roles.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';

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

const GET_SIGNERS = toFunctionSelector('getSigners()');
const QUORUM = toFunctionSelector('quorum()');
const ADMIN_ROLE = keccak256(toHex('ADMIN_ROLE'));

/** More signers than this are refused. */
const MAX_SIGNERS = 500;

export const layerzeroDvn: Reader = {
  id: 'layerzero-dvn',
  refuses: ['a DVN of an older kind, which does not list its signers'],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const [committee, admins] = await Promise.all([
      observe(state, (view) => readCommittee(view, account)),
      observe(state, (view) => roleMembers(view, account, ADMIN_ROLE)),
    ]);
    const adminFunctions = ADMIN_FUNCTIONS.filter((each) => offers(code, each));
    const rule = (
      grants: Rule['grants'],
      requires: Rule['requires'],
      { evidence }: Pick<Observed<unknown>, 'evidence'>,
      functions: readonly string[] = [],
    ): Rule => ({ grants, requires, reader: 'layerzero-dvn', functions, evidence });
    const { quorum, signers } = committee.value;
    // Only keys sign: the code of a signer's account is not asked.
    const keys = signers.map((signer) => leaf('key', accountId(state.chainId, signer)));
    return {
      kind: 'LayerZero DVN',
      rules: [
        rule(act(id), atLeast(quorum, keys, 'signers'), committee, [QUORUM_CHANGE_ADMIN, EXECUTE]),
        rule(role(id, 'ADMIN_ROLE'), act(id), committee, [QUORUM_CHANGE_ADMIN]),
        ...admins.value.map((admin) =>
          rule(role(id, 'ADMIN_ROLE'), act(accountId(state.chainId, admin)), admins),
        ),
        rule(power(id, 'configure'), role(id, 'ADMIN_ROLE'), admins, adminFunctions),
      ],
      covers: [EXECUTE, QUORUM_CHANGE_ADMIN, ...SELF_FUNCTIONS, ...adminFunctions].map((each) =>
        toFunctionSelector(each),
      ),
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
  const [quorum, answer] = await Promise.all([
    numberFrom(state, account, QUORUM),
    state.call({ to: account, data: GET_SIGNERS }),
  ]);
  const [signers] = decoded(account, 'getSigners', () =>
    decodeAbiParameters(parseAbiParameters('address[]'), answer),
  );
  if (signers.length > MAX_SIGNERS || quorum === 0n || quorum > BigInt(signers.length)) {
    throw new ReadError(`${account} has a quorum of ${quorum} among ${signers.length} signers`);
  }
  return { quorum: Number(quorum), signers };
}

/** It calls them itself, when its signers say so. */
const SELF_FUNCTIONS: readonly string[] = ['setSigner(address,bool)', 'setQuorum(uint64)'];

const announces: readonly Announcement[] = [
  ...roleAnnouncements,
  announcement('UpdateSigner(address,bool)'),
  announcement('UpdateQuorum(uint64)'),
];
