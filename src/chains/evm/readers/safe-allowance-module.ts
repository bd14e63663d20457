/**
 * Safe's AllowanceModule: a delegate spends of one token what the Safe allows, once or again and again.
 * One module serves every Safe, so that the limits are read where the Safe is: the module itself acts for
 * no one.
 *
 * @see https://github.com/safe-global/safe-modules/blob/main/modules/allowances/contracts/AllowanceModule.sol
 */
import { type Address, type Hex, parseAbi, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, type Evidence, power, type Rule } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { announcement, type Frame, type Reader, type Reading } from '../reader.ts';
import { modulesOfSafe } from '../safe/wallet.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';

const TRANSFER =
  'executeAllowanceTransfer(address,address,address,uint96,address,uint96,address,bytes)';
const FUNCTIONS: readonly string[] = [
  TRANSFER,
  'addDelegate(address)',
  'removeDelegate(address,bool)',
  'setAllowance(address,address,uint96,uint16,uint32)',
  'resetAllowance(address,address)',
  'deleteAllowance(address,address)',
];

const abi = parseAbi([
  'function getDelegates(address safe, uint48 start, uint8 pageSize) view returns (address[], uint48)',
  'function getTokens(address safe, address delegate) view returns (address[])',
  'function getTokenAllowance(address safe, address delegate, address token) view returns (uint256[5])',
]);

/** More delegates of one Safe, or more tokens of one delegate, than this are refused. */
const MAX_LIST = 200;

export const safeAllowanceModule: Reader = {
  id: 'safe-allowance-module',
  refuses: [
    'a module with delegates that lacks one of the functions',
    'a module that a wallet other than a Safe uses: its allowances are not looked up',
  ],
  read: async (frame, state) => {
    const reading: Reading = {
      kind: 'Safe AllowanceModule',
      rules: [],
      covers: selectorsOf(...FUNCTIONS),
      delegatesTo: [],
      announces,
      unread: [],
    };
    if (isAllowanceModule(frame.code)) return reading;
    const { value: modules, evidence } = await observe(state, (view) =>
      modulesOfSafe(frame, view, isAllowanceModule),
    );
    if (modules.length === 0) return null;
    const ofSafe: Reading = {
      ...reading,
      kind: 'Safe with allowances',
      covers: [],
      announces: [],
    };
    try {
      const rules = await Promise.all(
        modules.map((module) => allowancesOf(frame.account, module, state)),
      );
      return { ...ofSafe, rules: rules.flat().map((rule) => withEvidence(rule, evidence)) };
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      const reason = `its allowances could not be read: ${error.message}`;
      return { ...ofSafe, unread: [{ account: accountId(state.chainId, frame.account), reason }] };
    }
  },
};

const withEvidence = (rule: Rule, evidence: readonly Evidence[]): Rule => ({
  ...rule,
  evidence: [...evidence, ...rule.evidence],
});

const isAllowanceModule = (code: Hex): boolean => offers(code, ...FUNCTIONS);

/** What each delegate of a Safe may spend. */
async function allowancesOf(safe: Address, module: Frame, state: State): Promise<readonly Rule[]> {
  const { value: delegates, evidence } = await observe(state, (view) =>
    delegatesOf(safe, module, view),
  );
  const allowances = await Promise.all(
    delegates.map((delegate) => tokensOf(safe, delegate, module, state)),
  );
  return allowances.flat().map((rule) => withEvidence(rule, evidence));
}

async function delegatesOf(
  safe: Address,
  module: Frame,
  state: State,
): Promise<readonly Address[]> {
  const args = [safe, 0, MAX_LIST] as const;
  const [delegates, next] = await askView(state, module, abi, 'getDelegates', args);
  if (next === 0) return delegates;
  throw new ReadError(`${safe} has more than ${MAX_LIST} delegates who may spend`);
}

async function tokensOf(
  safe: Address,
  delegate: Address,
  module: Frame,
  state: State,
): Promise<readonly Rule[]> {
  const { value: tokens, evidence } = await observe(state, async (view) => {
    const list = await askView(view, module, abi, 'getTokens', [safe, delegate]);
    if (list.length <= MAX_LIST) return [...new Set(list)];
    throw new ReadError(`${delegate} has allowances of more than ${MAX_LIST} tokens of ${safe}`);
  });
  const limits = await Promise.all(
    tokens.map((token) => observe(state, (view) => limitOf(view, module, [safe, delegate, token]))),
  );
  return limits.flatMap((limit, index): readonly Rule[] => {
    const token = tokens[index] ?? zeroAddress;
    if (limit.value === 0n) return [];
    return [
      {
        grants: power(accountId(state.chainId, safe), {
          spend: assetOf(token, state.chainId),
          limit: limit.value,
        }),
        requires: act(accountId(state.chainId, delegate)),
        reader: 'safe-allowance-module',
        functions: [TRANSFER],
        evidence: [...evidence, ...limit.evidence],
      },
    ];
  });
}

/** The most that can be spent until the Safe has to allow more, or the time of the allowance is over. */
async function limitOf(
  state: State,
  module: Frame,
  args: readonly [Address, Address, Address],
): Promise<bigint> {
  const allowance = await askView(state, module, abi, 'getTokenAllowance', args);
  const [amount, spent, resetMinutes] = allowance;
  if (resetMinutes > 0n) return amount;
  return amount > spent ? amount - spent : 0n;
}

const assetOf = (token: Address, chainId: number): string =>
  token === zeroAddress ? `eip155:${chainId}/slip44:60` : `eip155:${chainId}/erc20:${token}`;

const announces = [
  'AddDelegate(address,address)',
  'RemoveDelegate(address,address)',
  'SetAllowance(address,address,address,uint96,uint16)',
  'ResetAllowance(address,address,address)',
  'DeleteAllowance(address,address,address)',
].map(announcement);
