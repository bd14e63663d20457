/**
 * Candide's SocialRecoveryModule: enough guardians replace the owners of a Safe, after a time in which
 * the Safe may cancel. One module serves every Safe, so that the guardians are read where the Safe is:
 * the module itself acts for no one.
 *
 * @see https://github.com/candidelabs/candide-contracts/tree/main/contracts/modules/social_recovery
 */
import { type Address, type Hex, parseAbi } from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  act,
  after,
  atLeast,
  type Evidence,
  type Requirement,
  type Rule,
} from '../../../power/model.ts';
import { pushes } from '../bytecode/instructions.ts';
import { observe } from '../evidence.ts';
import { announcement, type Frame, type Reader, type Reading } from '../reader.ts';
import { modulesOfSafe } from '../safe/wallet.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';

const CONFIRM = 'confirmRecovery(address,address[],uint256,bool)';
const FINALIZE = 'finalizeRecovery(address)';
const SIGNATURE_FUNCTIONS: readonly string[] = [
  CONFIRM,
  'multiConfirmRecovery(address,address[],uint256,(address,bytes)[],bool)',
  'executeRecovery(address,address[],uint256)',
  FINALIZE,
];
/** Of 0.1.0, and of the builds before it, which name the wallet. */
const SETTING_FUNCTIONS: readonly string[] = [
  'cancelRecovery()',
  'cancelRecovery(address)',
  'invalidateNonce()',
  'changeThreshold(uint256)',
  'changeThreshold(address,uint256)',
  'addGuardianWithThreshold(address,uint256)',
  'addGuardianWithThreshold(address,address,uint256)',
  'revokeGuardianWithThreshold(address,address,uint256)',
  'revokeGuardianWithThreshold(address,address,address,uint256)',
];

const abi = parseAbi([
  'function threshold(address wallet) view returns (uint256)',
  'function getGuardians(address wallet) view returns (address[])',
  'function getRecoveryRequest(address wallet) view returns ((uint256 approvals, uint256 newThreshold, uint64 executeAfter, address[] newOwners))',
]);

/** More guardians than this, or more owners that they name, are refused. */
const MAX_LIST = 200;

export const socialRecovery: Reader = {
  id: 'social-recovery',
  refuses: [
    'a module with guardians that lacks one of the functions',
    'a module that a wallet other than a Safe uses: its guardians are not looked up',
  ],
  read: async (frame, state) => {
    const reading: Reading = {
      kind: 'SocialRecoveryModule',
      rules: [],
      covers: selectorsOf(...SIGNATURE_FUNCTIONS, ...SETTING_FUNCTIONS),
      delegatesTo: [],
      announces,
      unread: [],
    };
    if (isRecoveryModule(frame.code)) return reading;
    const { value: modules, evidence } = await observe(state, (view) =>
      modulesOfSafe(frame, view, isRecoveryModule),
    );
    if (modules.length === 0) return null;
    const id = accountId(state.chainId, frame.account);
    const ofSafe: Reading = { ...reading, kind: 'Safe with guardians', covers: [], announces: [] };
    try {
      const recoveries = await Promise.all(
        modules.map((module) =>
          observe(state, (view) => readRecovery(view, frame.account, module)),
        ),
      );
      return {
        ...ofSafe,
        rules: recoveries.flatMap((recovery) =>
          rulesOf(frame.account, recovery.value, [...evidence, ...recovery.evidence], state),
        ),
        unread: recoveries
          .filter(({ value }) => value.period === null)
          .map(() => ({
            account: id,
            reason: 'how long its guardians have to wait is not read: taken to be not at all',
          })),
      };
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      const reason = `its guardians could not be read: ${error.message}`;
      return { ...ofSafe, unread: [{ account: id, reason }] };
    }
  },
};

const isRecoveryModule = (code: Hex): boolean => offers(code, ...SIGNATURE_FUNCTIONS);

/** What a module says about one Safe. */
interface Recovery {
  /** Seconds; `null` where the code does not say. */
  readonly period: number | null;
  readonly threshold: bigint;
  readonly guardians: readonly Address[];
  readonly request: {
    readonly newThreshold: bigint;
    /** Zero where there is none. */
    readonly executeAfter: bigint;
    readonly newOwners: readonly Address[];
  };
}

async function readRecovery(state: State, safe: Address, module: Frame): Promise<Recovery> {
  const [threshold, guardians, request] = await Promise.all([
    askView(state, module, abi, 'threshold', [safe]),
    askView(state, module, abi, 'getGuardians', [safe]),
    askView(state, module, abi, 'getRecoveryRequest', [safe]),
  ]);
  if (Math.max(guardians.length, request.newOwners.length) > MAX_LIST) {
    throw new ReadError(`${module.account} names more than ${MAX_LIST} guardians or owners`);
  }
  return { period: periodIn(module.code), threshold, guardians, request };
}

/** A hundred years. Addresses and hashes, which are pushed in 32 bytes, too, are all larger. */
const MAX_PERIOD = 100n * 365n * 86_400n;

/**
 * The recovery period, an immutable without a getter. Compilers push immutables in 32 bytes and small
 * constants in few, so that it is the one small number that is pushed in 32; `null` where none is, or
 * several are.
 */
function periodIn(code: Hex): number | null {
  const small = pushes(code, 32)
    .map(BigInt)
    .filter((value) => value <= MAX_PERIOD);
  const [period] = small;
  return period !== undefined && small.length === 1 ? Number(period) : null;
}

function rulesOf(
  safe: Address,
  { period, threshold, guardians, request }: Recovery,
  evidence: readonly Evidence[],
  { chainId, block }: State,
): readonly Rule[] {
  const wallet = act(accountId(chainId, safe));
  const enough = (count: bigint, of: readonly Address[], role: string): Requirement =>
    atLeast(
      Number(count > BigInt(MAX_LIST) ? MAX_LIST + 1 : count),
      of.map((each) => act(accountId(chainId, each))),
      role,
    );
  const rule = (seconds: number, requires: Requirement, uses: string): Rule => ({
    grants: wallet,
    requires: after(seconds, requires, [wallet]),
    reader: 'social-recovery',
    functions: [uses],
    evidence,
  });
  const isPending = request.executeAfter > 0n && request.newThreshold > 0n;
  const left = request.executeAfter - BigInt(block.timestamp);
  const wait = left > MAX_PERIOD ? MAX_PERIOD : left;
  return [
    ...(threshold > 0n
      ? [rule(period ?? 0, enough(threshold, guardians, 'guardians'), CONFIRM)]
      : []),
    // Anyone may finish a recovery that guardians began: then its new owners act.
    ...(isPending
      ? [
          rule(
            wait > 0n ? Number(wait) : 0,
            enough(request.newThreshold, request.newOwners, 'new owners'),
            FINALIZE,
          ),
        ]
      : []),
  ];
}

const announces = [
  'GuardianAdded(address,address)',
  'GuardianAdded(address,address,uint256)',
  'GuardianRevoked(address,address)',
  'GuardianRevoked(address,address,uint256)',
  'ChangedThreshold(address,uint256)',
  'RecoveryExecuted(address,address[],uint256,uint256,uint64,uint256)',
  'RecoveryFinalized(address,address[],uint256,uint256)',
  'RecoveryCanceled(address,uint256)',
].map(announcement);
