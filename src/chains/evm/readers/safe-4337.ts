/**
 * Safe4337Module: a Safe's user operations. Each is signed by the Safe's own owners, so that the module
 * gives nobody anything; but it does what its entry point says was signed, and so trusts it.
 *
 * @see https://github.com/safe-global/safe-modules/blob/main/modules/4337/contracts/Safe4337Module.sol
 */
import { type Address, type Hex, isAddressEqual } from 'viem';
import {
  entryPoint06Address,
  entryPoint07Address,
  entryPoint08Address,
  entryPoint09Address,
} from 'viem/account-abstraction';
import { act } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import type { Reader } from '../reader.ts';
import { entryPointOf } from '../safe/code.ts';
import { dispatches, offers, selectorsOf } from '../selectors.ts';
import { accountId } from '../values.ts';
import { askAddress } from '../view-function.ts';

const EXECUTE = 'executeUserOp(address,uint256,bytes,uint8)';
const EXECUTE_WITH_ERROR = 'executeUserOpWithErrorString(address,uint256,bytes,uint8)';
const SUPPORTED_ENTRYPOINT = 'SUPPORTED_ENTRYPOINT()';
/** `validateUserOp` of 0.2.0, for entry point 0.6, and of 0.3.0, for 0.7 and after. */
const VALIDATE: readonly Hex[] = ['0x3a871cdd', '0x19822f7c'];

/** The entry points of ERC-4337, each at the same address on every chain, by CREATE2. */
const ENTRY_POINTS: readonly Address[] = [
  entryPoint06Address,
  entryPoint07Address,
  entryPoint08Address,
  entryPoint09Address,
];

export const safe4337: Reader = {
  id: 'safe-4337',
  refuses: [
    'an ERC-4337 account, which is its own wallet',
    'the published code with two different entry points in it',
  ],
  read: async (frame, state) => {
    const { account, code } = frame;
    const isModule =
      offers(code, EXECUTE, EXECUTE_WITH_ERROR, SUPPORTED_ENTRYPOINT) &&
      VALIDATE.some((selector) => dispatches(code, selector));
    if (!isModule) return null;
    const inCode = entryPointOf(code);
    const { value: entryPoint, evidence } =
      inCode === null
        ? await observe(state, (view) => askAddress(view, frame, 'SUPPORTED_ENTRYPOINT'))
        : { value: inCode, evidence: [] };
    const isPublished = ENTRY_POINTS.some((each) => isAddressEqual(each, entryPoint));
    return {
      kind: 'Safe4337Module',
      rules: isPublished
        ? []
        : [
            {
              grants: act(accountId(state.chainId, account)),
              requires: act(accountId(state.chainId, entryPoint)),
              reader: 'safe-4337',
              functions: [EXECUTE, EXECUTE_WITH_ERROR],
              evidence,
            },
          ],
      covers: inCode === null ? [...selectorsOf(EXECUTE, EXECUTE_WITH_ERROR), ...VALIDATE] : 'all',
      delegatesTo: [],
      announces: [],
      unread: [],
    };
  },
};
