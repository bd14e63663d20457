/**
 * Modules of a Safe change: Zodiac's Delay and Roles as they are published; the modules for spending limits
 * and for recovery, which no package publishes, written anew.
 *
 * @see https://github.com/gnosisguild/zodiac
 */
import { encodeAbiParameters, type Hex, pad, parseAbiParameters, toHex } from 'viem';
import { paths } from '../../../support/packages.ts';
import { allowanceModule, socialRecoveryModule } from '../../../support/safe-modules.ts';
import { deployMastercopy, setUpModifier } from '../../../support/zodiac.ts';
import { type AuthorityGroup, by, call, DAY, selector } from '../catalogue.ts';
import { PEOPLE, wallet } from '../wallets.ts';

const MANAGER: Hex = pad(toHex('manager'), { dir: 'right' });
const ASSIGN = 'assignRoles(address,bytes32[],bool[])';
const ALLOW_TARGET = 'allowTarget(bytes32,address,uint8)';
const ALLOW_FUNCTION = 'allowFunction(bytes32,address,bytes4,uint8)';
const ENABLE = 'enableModule(address)';
const COOLDOWN = 'setTxCooldown(uint256)';
const SET_ALLOWANCE = 'setAllowance(address,address,uint96,uint16,uint32)';
const ADD_GUARDIAN = 'addGuardianWithThreshold(address,uint256)';

export const modules: AuthorityGroup = {
  title: 'modules of a Safe',
  payees: ['Payee'],
  tokens: { Coin: 18 },
  contracts: ['Delay', 'Roles', 'Limits', 'Recovery'].map((name) => ({ name })),
  build: async (on) => {
    on.keys(PEOPLE);
    const { judy, trader, guardian } = on.keys(['judy', 'trader', 'guardian']);
    const [delay, roles] = [on.reserve('Delay'), on.reserve('Roles')];
    const limits = await on.deploy('Limits', allowanceModule());
    const recovery = await on.deploy('Recovery', socialRecoveryModule(), [3 * DAY]);
    const safe = await wallet(on, 'Treasury', '1.4.1', {
      modules: [delay, limits, recovery],
    });
    const managed = await wallet(on, 'Managed', '1.4.1', { modules: [roles] });
    const preset = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    await on.deploy('Coin', preset, ['Coin', 'COIN', 1_000, managed]);
    const pool = await on.deploy('Pool', preset, ['Pool', 'POOL', 1_000, judy]);

    const setUp = async (name: 'Delay 1.0.1' | 'Roles 2.1.0', at: Hex, parameters: Hex) => {
      const mastercopy = await deployMastercopy(on.chain, judy, name);
      on.name(name, mastercopy);
      await setUpModifier(on.chain, judy, at, mastercopy, parameters);
    };
    await setUp(
      'Delay 1.0.1',
      delay,
      encodeAbiParameters(parseAbiParameters('address, address, address, uint256, uint256'), [
        safe,
        safe,
        safe,
        BigInt(DAY),
        0n,
      ]),
    );
    await on.call(safe, delay, ENABLE, judy);
    await setUp(
      'Roles 2.1.0',
      roles,
      encodeAbiParameters(parseAbiParameters('address, address, address'), [
        managed,
        managed,
        managed,
      ]),
    );
    await on.call(managed, roles, ASSIGN, trader, [MANAGER], [true]);
    await on.call(managed, roles, 'scopeTarget(bytes32,address)', MANAGER, pool);
    const supply = selector('supply(uint256)');
    await on.call(managed, roles, ALLOW_FUNCTION, MANAGER, pool, supply, 0);
    await on.call(safe, recovery, ADD_GUARDIAN, guardian, 1);
  },
  changes: [
    {
      name: 'no wait any more, at a Delay',
      request: by('Treasury', call('Delay', COOLDOWN, 0n)),
      decision: 'HOLD',
      gains: ['take Treasury: judy'],
      lookAlike: {
        name: 'the same wait again',
        request: by('Treasury', call('Delay', COOLDOWN, BigInt(DAY))),
        decision: 'SIGN',
      },
    },
    {
      name: 'a module of a Delay',
      request: by('Treasury', call('Delay', ENABLE, 'mallory')),
      decision: 'REJECT',
      gains: ['take Treasury: mallory after 1 d'],
      lookAlike: {
        name: 'the same time after which it expires again',
        request: by('Treasury', call('Delay', 'setTxExpiration(uint256)', 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of a Delay',
      request: by('Treasury', call('Delay', 'transferOwnership(address)', 'mallory')),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Delay', 'transferOwnership(address)', 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      // The second version of Roles is not read in full: whatever rests on it is held.
      name: 'a contract opened to a role, which the role could not call',
      request: by('Managed', call('Roles', ALLOW_TARGET, MANAGER, 'Coin', 0)),
      decision: 'REJECT',
      gains: ['take Managed: trader'],
      lookAlike: {
        name: 'a contract closed to a role, which the role could not call',
        request: by('Managed', call('Roles', 'revokeTarget(bytes32,address)', MANAGER, 'Coin')),
        decision: 'HOLD',
      },
    },
    {
      name: 'a function opened to a role: transfer',
      request: by(
        'Managed',
        call('Roles', 'scopeTarget(bytes32,address)', MANAGER, 'Coin'),
        call('Roles', ALLOW_FUNCTION, MANAGER, 'Coin', selector('transfer(address,uint256)'), 0),
      ),
      decision: 'REJECT',
      gains: ['take Managed: trader'],
      lookAlike: {
        name: 'a function opened that is open',
        request: by(
          'Managed',
          call('Roles', ALLOW_FUNCTION, MANAGER, 'Pool', selector('supply(uint256)'), 0),
        ),
        decision: 'HOLD',
      },
    },
    {
      name: 'a member of a role that transfers',
      request: by(
        'Managed',
        call('Roles', ALLOW_TARGET, toHex(1, { size: 32 }), 'Coin', 0),
        call('Roles', ASSIGN, 'mallory', [toHex(1, { size: 32 })], [true]),
      ),
      decision: 'REJECT',
      gains: ['take Managed: mallory'],
      lookAlike: {
        name: 'a member of a role who is one',
        request: by('Managed', call('Roles', ASSIGN, 'trader', [MANAGER], [true])),
        decision: 'HOLD',
      },
    },
    {
      name: 'a spending limit',
      request: by(
        'Treasury',
        call('Limits', 'addDelegate(address)', 'mallory'),
        call('Limits', SET_ALLOWANCE, 'mallory', 'Coin', 5n, 1_440, 0),
      ),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'a spending limit of nothing',
        request: by(
          'Treasury',
          call('Limits', 'addDelegate(address)', 'mallory'),
          call('Limits', SET_ALLOWANCE, 'mallory', 'Coin', 0n, 1_440, 0),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a guardian who recovers alone',
      request: by('Treasury', call('Recovery', ADD_GUARDIAN, 'mallory', 1n)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory after 3 d'],
      lookAlike: {
        name: 'the same number of guardians again',
        request: by('Treasury', call('Recovery', 'changeThreshold(uint256)', 1n)),
        decision: 'SIGN',
      },
    },
  ],
};
