/**
 * A Safe changes itself by its own functions: owners, threshold, modules, guards, handler, code. The owners
 * stand in its list as alice, bob, carol.
 *
 * @see https://github.com/safe-global/safe-smart-account/tree/v1.4.1/contracts/base
 */
import { zeroAddress } from 'viem';
import { compile } from '../../../support/compile.ts';
import { paths } from '../../../support/packages.ts';
import { safeCode } from '../../../support/safe-contracts.ts';
import { type AuthorityGroup, by, call, ETHER, pay, SENTINEL } from '../catalogue.ts';
import { backdoor, deploySafeContract, PEOPLE, wallet } from '../wallets.ts';

const ADD = 'addOwnerWithThreshold(address,uint256)';
const REMOVE = 'removeOwner(address,address,uint256)';
const SWAP = 'swapOwner(address,address,address)';
const THRESHOLD = 'changeThreshold(uint256)';
const ENABLE = 'enableModule(address)';
const DISABLE = 'disableModule(address,address)';
const SET_GUARD = 'setGuard(address)';
const SET_MODULE_GUARD = 'setModuleGuard(address)';
const SET_HANDLER = 'setFallbackHandler(address)';
const CHANGE_CODE = 'changeMasterCopy(address)';

const MODULE_GUARD = `
import 'safe-1.5.0/contracts/base/ModuleManager.sol';
contract ModuleGuard is BaseModuleGuard {
  function checkModuleTransaction(address, uint256, bytes memory, Enum.Operation, address)
    external pure override returns (bytes32) { return 0; }
  function checkAfterModuleExecution(bytes32, bool) external override {}
}`;

export const safe: AuthorityGroup = {
  title: 'a Safe, by its own functions',
  payees: ['Payee'],
  build: async (on) => {
    const { alice, dave, mallory } = on.keys(PEOPLE);
    await wallet(on, 'Wallet 1.1.1', '1.1.1');
    await wallet(on, 'Wallet 1.3.0', '1.3.0');
    await wallet(on, 'Wallet 1.4.1', '1.4.1');
    await wallet(on, 'Wallet 1.5.0', '1.5.0');
    await on.safe('Ops', '1.4.1', { owners: [alice, dave], threshold: 2 });
    const guard = await deploySafeContract(
      on,
      'Guard',
      'DelegateCallTransactionGuard 1.4.1',
      on.at('MultiSendCallOnly'),
    );
    const handler = await on.place('Handler', await safeCode('handler 1.3.0'));
    await wallet(on, 'Equipped', '1.4.1', { modules: [dave], guard, handler });
    await on.deploy('ModuleGuard', compile('ModuleGuard', MODULE_GUARD));
    const preset = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    await on.deploy('Coin', preset, ['Coin', 'COIN', 1_000, mallory]);
    await on.deploy('Backdoor', backdoor(mallory));
  },
  changes: [
    {
      name: 'an owner more',
      request: by('Wallet 1.3.0', call('Wallet 1.3.0', ADD, 'mallory', 2n)),
      decision: 'HOLD',
      gains: ['take Wallet 1.3.0: mallory + 1 of [alice, bob, carol]'],
      lookAlike: {
        name: 'the threshold set to what it is',
        request: by('Wallet 1.3.0', call('Wallet 1.3.0', THRESHOLD, 2n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner swapped for a stranger',
      request: by('Wallet 1.4.1', call('Wallet 1.4.1', SWAP, 'bob', 'carol', 'mallory')),
      decision: 'HOLD',
      gains: ['take Wallet 1.4.1: mallory + 1 of [alice, bob]'],
      loses: ['take Wallet 1.4.1: carol + 1 of [alice, bob]'],
      lookAlike: {
        name: 'an owner swapped, and swapped back',
        request: by(
          'Wallet 1.4.1',
          call('Wallet 1.4.1', SWAP, 'bob', 'carol', 'mallory'),
          call('Wallet 1.4.1', SWAP, 'bob', 'mallory', 'carol'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner fewer, and a signature fewer',
      request: by('Wallet 1.1.1', call('Wallet 1.1.1', REMOVE, 'alice', 'bob', 1n)),
      decision: 'HOLD',
      gains: ['take Wallet 1.1.1: 1 of [alice, carol]'],
      lookAlike: {
        name: 'an owner added and removed',
        request: by(
          'Wallet 1.1.1',
          call('Wallet 1.1.1', ADD, 'dave', 2n),
          call('Wallet 1.1.1', REMOVE, SENTINEL, 'dave', 2n),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner removed',
      request: by('Wallet 1.5.0', call('Wallet 1.5.0', REMOVE, 'alice', 'bob', 2n)),
      decision: 'HOLD',
      gains: [],
      loses: ['take Wallet 1.5.0: bob + 1 of [alice, carol]'],
      lookAlike: {
        name: 'a payment to the owner',
        request: by('Wallet 1.5.0', pay('Payee', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a lower threshold',
      request: by('Wallet 1.5.0', call('Wallet 1.5.0', THRESHOLD, 1n)),
      decision: 'HOLD',
      gains: ['take Wallet 1.5.0: 1 of [alice, bob, carol]'],
      lookAlike: {
        name: 'a lower threshold, and back',
        request: by(
          'Wallet 1.5.0',
          call('Wallet 1.5.0', THRESHOLD, 1n),
          call('Wallet 1.5.0', THRESHOLD, 2n),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a higher threshold',
      request: by('Wallet 1.4.1', call('Wallet 1.4.1', THRESHOLD, 3n)),
      decision: 'HOLD',
      // All three could before, too.
      gains: [],
      loses: ['take Wallet 1.4.1: 2 of [alice, bob, carol]'],
      lookAlike: {
        name: 'the threshold set to what it is',
        request: by('Wallet 1.4.1', call('Wallet 1.4.1', THRESHOLD, 2n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'every owner swapped for a stranger',
      request: by(
        'Wallet 1.4.1',
        call('Wallet 1.4.1', REMOVE, 'bob', 'carol', 1n),
        call('Wallet 1.4.1', REMOVE, 'alice', 'bob', 1n),
        call('Wallet 1.4.1', SWAP, SENTINEL, 'alice', 'mallory'),
      ),
      decision: 'REJECT',
      gains: ['take Wallet 1.4.1: mallory'],
      loses: ['take Wallet 1.4.1: 2 of [alice, bob, carol]'],
      lookAlike: {
        name: 'every owner swapped, and back',
        request: by(
          'Wallet 1.4.1',
          call('Wallet 1.4.1', SWAP, SENTINEL, 'alice', 'mallory'),
          call('Wallet 1.4.1', SWAP, SENTINEL, 'mallory', 'alice'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a module that is a key',
      request: by('Wallet 1.3.0', call('Wallet 1.3.0', ENABLE, 'mallory')),
      decision: 'REJECT',
      gains: ['take Wallet 1.3.0: mallory'],
      lookAlike: {
        name: 'a module enabled and disabled',
        request: by(
          'Wallet 1.3.0',
          call('Wallet 1.3.0', ENABLE, 'mallory'),
          call('Wallet 1.3.0', DISABLE, SENTINEL, 'mallory'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a module that is a Safe of some who sign already',
      request: by('Wallet 1.5.0', call('Wallet 1.5.0', ENABLE, 'Ops')),
      decision: 'HOLD',
      gains: ['take Wallet 1.5.0: alice + dave'],
      lookAlike: {
        name: 'a cancelling transaction',
        request: by('Wallet 1.5.0', pay('Wallet 1.5.0', 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a module disabled',
      request: by('Equipped', call('Equipped', DISABLE, SENTINEL, 'dave')),
      decision: 'HOLD',
      gains: [],
      loses: ['take Equipped: dave'],
      lookAlike: {
        name: 'a module disabled and enabled',
        request: by(
          'Equipped',
          call('Equipped', DISABLE, SENTINEL, 'dave'),
          call('Equipped', ENABLE, 'dave'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a guard',
      request: by('Wallet 1.4.1', call('Wallet 1.4.1', SET_GUARD, 'Guard')),
      decision: 'HOLD',
      gains: ['veto Wallet 1.4.1: opaque(Guard)'],
      lookAlike: {
        name: 'no guard, where there was none',
        request: by('Wallet 1.4.1', call('Wallet 1.4.1', SET_GUARD, zeroAddress)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a guard of a version that looks at nothing',
      request: by('Wallet 1.3.0', call('Wallet 1.3.0', SET_GUARD, 'mallory')),
      decision: 'HOLD',
      gains: ['veto Wallet 1.3.0: mallory | opaque(mallory)'],
      lookAlike: {
        name: 'a guard set, and taken away',
        request: by(
          'Wallet 1.3.0',
          call('Wallet 1.3.0', SET_GUARD, 'Guard'),
          call('Wallet 1.3.0', SET_GUARD, zeroAddress),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a guard taken away',
      request: by('Equipped', call('Equipped', SET_GUARD, zeroAddress)),
      decision: 'HOLD',
      gains: [],
      loses: ['veto Equipped: opaque(Guard)'],
      lookAlike: {
        name: 'the same guard again',
        request: by('Equipped', call('Equipped', SET_GUARD, 'Guard')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a guard of modules',
      request: by('Wallet 1.5.0', call('Wallet 1.5.0', SET_MODULE_GUARD, 'ModuleGuard')),
      decision: 'HOLD',
      gains: ['veto Wallet 1.5.0: opaque(ModuleGuard)'],
      lookAlike: {
        name: 'no guard of modules, where there was none',
        request: by('Wallet 1.5.0', call('Wallet 1.5.0', SET_MODULE_GUARD, zeroAddress)),
        decision: 'SIGN',
      },
    },
    {
      // The Safe calls it with whatever a stranger sends: transfer(mallory, all).
      name: 'a token as handler',
      request: by('Wallet 1.4.1', call('Wallet 1.4.1', SET_HANDLER, 'Coin')),
      decision: 'REJECT',
      gains: ['take Wallet 1.4.1: opaque(Coin)'],
      lookAlike: {
        name: 'a handler of Safe',
        request: by('Wallet 1.4.1', call('Wallet 1.4.1', SET_HANDLER, 'Handler')),
        decision: 'HOLD',
      },
    },
    {
      name: 'a handler whose code is not there yet',
      request: by('Wallet 1.5.0', call('Wallet 1.5.0', SET_HANDLER, 'mallory')),
      decision: 'REJECT',
      gains: ['take Wallet 1.5.0: opaque(mallory)'],
      lookAlike: {
        name: 'no handler, where there was none',
        request: by('Wallet 1.5.0', call('Wallet 1.5.0', SET_HANDLER, zeroAddress)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a singleton of a stranger',
      request: by('Wallet 1.1.1', call('Wallet 1.1.1', CHANGE_CODE, 'Backdoor')),
      decision: 'REJECT',
      gains: ['take Wallet 1.1.1: mallory'],
      loses: ['take Wallet 1.1.1: 2 of [alice, bob, carol]'],
      lookAlike: {
        name: 'the same singleton again',
        request: by('Wallet 1.1.1', call('Wallet 1.1.1', CHANGE_CODE, 'Safe 1.1.1')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a later singleton of Safe',
      request: by('Wallet 1.1.1', call('Wallet 1.1.1', CHANGE_CODE, 'Safe 1.3.0')),
      decision: 'HOLD',
      gains: [],
      finds: 'code-changes',
      positions: [],
      lookAlike: {
        name: 'a payment',
        request: by('Wallet 1.1.1', pay('Payee', ETHER)),
        decision: 'SIGN',
      },
    },
  ],
};
