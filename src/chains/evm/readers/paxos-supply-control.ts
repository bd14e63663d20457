/**
 * The SupplyControl of a Paxos token: supply controllers mint to accounts on a list of their own, or to
 * and from any; a manager makes and unmakes them; the default admin makes managers and replaces the code.
 *
 * @see https://github.com/paxosglobal/paxos-token-contracts/blob/main/contracts/SupplyControl.sol
 */
import { type Address, type Hex, keccak256, parseAbi, toHex } from 'viem';
import { act, power, type Requirement, type Rule, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import type { Reader } from '../reader.ts';
import { readRoles } from '../roles.ts';
import { selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { burner, isSupplyControl, LIMITING, MANAGING, minter } from '../supply-control.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';

const CONTROLLER_ROLE = keccak256(toHex('SUPPLY_CONTROLLER_ROLE'));

const abi = parseAbi([
  'function getSupplyControllerConfig(address controller) view returns ((uint256 limitCapacity, uint256 refillPerSecond) limitConfig, address[] mintAddressWhitelist, bool allowAnyMintAndBurnAddress)',
]);

export const paxosSupplyControl: Reader = {
  id: 'paxos-supply-control',
  refuses: ['a contract with supply controllers, but without the list of whom each may mint to'],
  read: async ({ account, code }, state) => {
    if (!isSupplyControl(code)) return null;
    const id = accountId(state.chainId, account);
    const { value, evidence } = await observe(state, (view) =>
      readControllers(view, account, code),
    );
    const rule = (
      grants: Rule['grants'],
      requires: Requirement,
      functions: readonly string[] = [],
    ): Rule => ({ grants, requires, reader: 'paxos-supply-control', functions, evidence });
    const manager = role(id, 'SUPPLY_CONTROLLER_MANAGER_ROLE');
    return {
      kind: "Paxos' SupplyControl",
      rules: [
        rule(minter(id), manager, MANAGING),
        rule(burner(id), manager, MANAGING),
        rule(power(id, 'configure'), manager, LIMITING),
        ...value.flatMap(({ controller, mints, burns }) => {
          const holder = act(accountId(state.chainId, controller));
          return [
            ...(mints ? [rule(minter(id), holder)] : []),
            ...(burns ? [rule(burner(id), holder)] : []),
          ];
        }),
      ],
      covers: selectorsOf(...MANAGING, ...LIMITING),
      delegatesTo: [],
      announces: [],
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

async function readControllers(
  state: State,
  account: Address,
  code: Hex,
): Promise<readonly Controller[]> {
  const roles = await readRoles(state, account, code);
  const members = roles.find(({ value }) => value.role === CONTROLLER_ROLE)?.value.members ?? [];
  return await Promise.all(
    members.map(async (controller) => {
      const [, whitelist, any] = await askView(state, account, abi, 'getSupplyControllerConfig', [
        controller,
      ]);
      return { controller, mints: any || whitelist.length > 0, burns: any };
    }),
  );
}
