/**
 * The SupplyControl of a Paxos token: supply controllers mint to accounts on a list of their own, or to
 * and from any; a manager makes and unmakes them; the default admin makes managers and replaces the code.
 *
 * @see https://github.com/paxosglobal/paxos-token-contracts/blob/main/contracts/SupplyControl.sol
 */
import {
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  parseAbi,
  toFunctionSelector,
} from 'viem';
import { act, power, type Requirement, type Rule, role } from '../../../power/model.ts';
import {
  DEFAULT_ADMIN,
  DEFAULT_ADMIN_FUNCTIONS,
  defaultAdminAnnouncements,
  defaultAdminRules,
  roleHash,
} from '../default-admin.ts';
import { observe } from '../evidence.ts';
import { decoded } from '../getters.ts';
import { offers } from '../held-roles.ts';
import type { Reader } from '../reader.ts';
import { roleMembers } from '../roles.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';

const CONTROLLER = 'SUPPLY_CONTROLLER_ROLE';
const MANAGER = 'SUPPLY_CONTROLLER_MANAGER_ROLE';
/** A supply controller that may also burn what is not its own. */
const BURNER = 'burner of any account';

const MANAGING: readonly string[] = [
  'addSupplyController(address,uint256,uint256,address[],bool)',
  'addMintAddressToWhitelist(address,address)',
  'updateAllowAnyMintAndBurnAddress(address,bool)',
];
const LIMITING: readonly string[] = [
  'removeSupplyController(address)',
  'removeMintAddressFromWhitelist(address,address)',
  'updateLimitConfig(address,uint256,uint256)',
];
const UPGRADING: readonly string[] = ['upgradeTo(address)', 'upgradeToAndCall(address,bytes)'];

const CONFIG = 'getSupplyControllerConfig';
const abi = parseAbi([
  'function getSupplyControllerConfig(address controller) view returns ((uint256 limitCapacity, uint256 refillPerSecond) limitConfig, address[] mintAddressWhitelist, bool allowAnyMintAndBurnAddress)',
]);

export const paxosSupplyControl: Reader = {
  id: 'paxos-supply-control',
  refuses: ['a contract with supply controllers, but without the list of whom each may mint to'],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...DEFAULT_ADMIN_FUNCTIONS, ...MANAGING, ...LIMITING)) return null;
    const id = accountId(state.chainId, account);
    const [roleRules, controllers] = await Promise.all([
      defaultAdminRules('paxos-supply-control', state, account, [MANAGER]),
      observe(state, (view) => readControllers(view, account)),
    ]);
    const rule = (
      grants: Rule['grants'],
      requires: Requirement,
      functions: readonly string[] = [],
    ): Rule => ({
      grants,
      requires,
      reader: 'paxos-supply-control',
      functions,
      evidence: controllers.evidence,
    });
    const manager = role(id, MANAGER);
    const upgrading = UPGRADING.filter((each) => offers(code, each));
    return {
      kind: "Paxos' SupplyControl",
      rules: [
        ...roleRules,
        rule(role(id, CONTROLLER), manager, MANAGING),
        rule(role(id, BURNER), manager, MANAGING),
        rule(power(id, 'configure'), manager, LIMITING),
        ...controllers.value.flatMap(({ controller, mints, burns }) => {
          const holder = act(accountId(state.chainId, controller));
          return [
            ...(mints ? [rule(role(id, CONTROLLER), holder)] : []),
            ...(burns ? [rule(role(id, BURNER), holder)] : []),
          ];
        }),
        ...(upgrading.length === 0
          ? []
          : [
              rule(power(id, 'upgrade'), role(id, DEFAULT_ADMIN), upgrading),
              rule(act(id), power(id, 'upgrade')),
            ]),
      ],
      covers: [...MANAGING, ...LIMITING, ...upgrading].map((each) => toFunctionSelector(each)),
      delegatesTo: [],
      announces: defaultAdminAnnouncements,
      unread: [],
    };
  },
};

/** A supply controller, and what its settings let it do. Its rate limit is the manager's to raise. */
interface Controller {
  readonly controller: Address;
  readonly mints: boolean;
  readonly burns: boolean;
}

async function readControllers(state: State, account: Address): Promise<readonly Controller[]> {
  const members = await roleMembers(state, account, roleHash(CONTROLLER));
  return await Promise.all(
    members.map(async (controller) => {
      const data = encodeFunctionData({ abi, functionName: CONFIG, args: [controller] });
      const answer = await state.call({ to: account, data });
      const [, whitelist, any] = decoded(account, CONFIG, () =>
        decodeFunctionResult({ abi, functionName: CONFIG, data: answer }),
      );
      return { controller, mints: any || whitelist.length > 0, burns: any };
    }),
  );
}
