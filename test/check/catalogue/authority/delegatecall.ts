/**
 * A Safe runs foreign code as its own, and that code writes where power is kept, without an event.
 *
 * @see https://github.com/safe-global/safe-smart-account/blob/v1.4.1/contracts/libraries/SafeStorage.sol
 */
import { type Address, type Hex, keccak256, pad, toHex } from 'viem';
import { mappingSlot, slot } from '../../../../src/chains/evm/values.ts';
import { paths } from '../../../support/packages.ts';
import { safeCode } from '../../../support/safe-contracts.ts';
import {
  type AuthorityGroup,
  amended,
  type Call,
  call,
  delegating,
  ETHER,
  multiSendBy,
  pay,
  SENTINEL,
} from '../catalogue.ts';
import {
  backdoor,
  deploySafeContract,
  MULTISEND_130,
  PEOPLE,
  PLANTER_CODE,
  placeAt,
  WRITER_CODE,
  wallet,
} from '../wallets.ts';

type Place = Hex | ((at: (name: string) => Address) => Hex);

const write = (place: Place, value: Place): Call =>
  call('Writer', 'write(bytes32,bytes32)', place, value);

/** Enters someone into a list of a Safe, and nowhere into its order. */
const plant = (name: string, list: 1n | 2n): Call =>
  call('Planter', 'plant(address,uint256,address)', name, list, SENTINEL);

/** The slot of a member in a list of a Safe: modules are in slot 1, owners in slot 2. */
const member =
  (list: 1n | 2n, name: string): Place =>
  (at) =>
    mappingSlot(name === SENTINEL ? SENTINEL : at(name), slot(list));
const wordOf =
  (name: string): Place =>
  (at) =>
    pad(name === SENTINEL ? SENTINEL : at(name));

const named = (name: string): Hex => keccak256(toHex(name));
const GUARD = named('guard_manager.guard.address');
const HANDLER = named('fallback_manager.handler.address');
/** Of the owner alice, for the hash of nothing. */
const approval: Place = (at) => mappingSlot(keccak256('0x'), mappingSlot(at('alice'), slot(8n)));

/** Writes what is there already. */
const same = (wallet: string, place: Place, value: Place, name: string) => ({
  name: `a write of what is there: ${name}`,
  request: delegating(wallet, write(place, value)),
  decision: 'HOLD' as const,
});

export const delegatecall: AuthorityGroup = {
  title: 'a Safe, by code that it runs as its own',
  payees: ['Payee'],
  build: async (on) => {
    const { mallory } = on.keys(PEOPLE);
    await wallet(on, 'Wallet 1.3.0', '1.3.0');
    await wallet(on, 'Wallet 1.4.1', '1.4.1');
    await wallet(on, 'Wallet 1.1.1', '1.1.1');
    await wallet(on, 'Wallet 1.5.0', '1.5.0');
    await wallet(on, 'Used', '1.3.0', { nonce: 5 });
    await on.place('Writer', WRITER_CODE);
    await on.place('Planter', PLANTER_CODE);
    await on.place('SignMessageLib', await safeCode('SignMessageLib 1.3.0'));
    await placeAt(on, 'MultiSend', 'MultiSend 1.3.0', MULTISEND_130);
    await deploySafeContract(on, 'Guard', 'OnlyOwnersGuard 1.4.1');
    const handler = await on.place('Handler', await safeCode('handler 1.3.0'));
    await deploySafeContract(
      on,
      'Migration',
      'SafeMigration 1.5.0',
      on.at('Safe 1.5.0'),
      await on.place('SafeL2 1.5.0', await safeCode('singleton 1.5.0 L2')),
      handler,
    );
    const preset = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    await on.deploy('Coin', preset, ['Coin', 'COIN', 1_000, mallory]);
    await on.deploy('Backdoor', backdoor(mallory));
  },
  changes: [
    {
      // The Safe asks the mapping, not the list, whether a signer is an owner.
      name: 'an owner beside the list',
      request: delegating('Wallet 1.3.0', plant('mallory', 2n)),
      decision: 'HOLD',
      gains: ['take Wallet 1.3.0: mallory + 1 of [alice, bob, carol]'],
      lookAlike: same('Wallet 1.3.0', member(2n, 'alice'), wordOf('bob'), 'the owner after alice'),
    },
    {
      name: 'a module beside the list',
      request: delegating('Wallet 1.4.1', plant('mallory', 1n)),
      decision: 'REJECT',
      gains: ['take Wallet 1.4.1: mallory'],
      lookAlike: same('Wallet 1.4.1', member(1n, SENTINEL), wordOf(SENTINEL), 'no modules'),
    },
    {
      // Of a slot that comes hashed already, nobody can say whom it makes what.
      name: 'a module beside the list, whom no byte names',
      request: delegating('Wallet 1.4.1', write(member(1n, 'mallory'), wordOf(SENTINEL))),
      decision: 'HOLD',
      gains: [],
      finds: 'unexplained-write',
      positions: ['Wallet 1.4.1'],
      lookAlike: same('Wallet 1.4.1', slot(0n), wordOf('Safe 1.4.1'), 'the singleton'),
    },
    {
      name: 'a module in the list',
      request: delegating(
        'Wallet 1.5.0',
        multiSendBy(
          'MultiSend',
          { made: write(member(1n, 'mallory'), wordOf(SENTINEL)), operation: 1 },
          { made: write(member(1n, SENTINEL), wordOf('mallory')), operation: 1 },
        ),
      ),
      decision: 'REJECT',
      gains: ['take Wallet 1.5.0: mallory'],
      lookAlike: {
        name: 'payments by the same MultiSend',
        request: delegating(
          'Wallet 1.5.0',
          multiSendBy(
            'MultiSend',
            { made: pay('Payee', ETHER), operation: 0 },
            { made: pay('Payee', ETHER), operation: 0 },
          ),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a threshold of 1',
      request: delegating('Wallet 1.1.1', write(slot(4n), slot(1n))),
      decision: 'HOLD',
      gains: ['take Wallet 1.1.1: 1 of [alice, bob, carol]'],
      lookAlike: same('Wallet 1.1.1', slot(4n), slot(2n), 'the threshold'),
    },
    {
      name: 'a threshold of 0, so that setup() is open again',
      request: delegating('Wallet 1.4.1', write(slot(4n), slot(0n))),
      decision: 'REJECT',
      gains: ['take Wallet 1.4.1: anyone'],
      lookAlike: same('Wallet 1.4.1', slot(3n), slot(3n), 'the number of owners'),
    },
    {
      name: 'a singleton of a stranger, as at Bybit',
      request: delegating('Wallet 1.3.0', write(slot(0n), wordOf('Backdoor'))),
      decision: 'REJECT',
      gains: ['take Wallet 1.3.0: mallory'],
      lookAlike: same('Wallet 1.3.0', slot(0n), wordOf('Safe 1.3.0'), 'the singleton'),
    },
    {
      name: 'a guard',
      request: delegating('Wallet 1.4.1', write(GUARD, wordOf('Guard'))),
      decision: 'HOLD',
      gains: ['veto Wallet 1.4.1: opaque(Guard)'],
      lookAlike: same('Wallet 1.4.1', GUARD, slot(0n), 'no guard'),
    },
    {
      name: 'a token as handler',
      request: delegating('Wallet 1.5.0', write(HANDLER, wordOf('Coin'))),
      decision: 'REJECT',
      gains: ['take Wallet 1.5.0: opaque(Coin)'],
      lookAlike: same('Wallet 1.5.0', HANDLER, slot(0n), 'no handler'),
    },
    {
      name: 'every owner replaced',
      request: delegating(
        'Wallet 1.3.0',
        multiSendBy(
          'MultiSend',
          { made: write(member(2n, SENTINEL), wordOf('mallory')), operation: 1 },
          { made: write(member(2n, 'mallory'), wordOf(SENTINEL)), operation: 1 },
          { made: write(slot(3n), slot(1n)), operation: 1 },
          { made: write(slot(4n), slot(1n)), operation: 1 },
        ),
      ),
      decision: 'REJECT',
      // alice and bob stay in the mapping, where the Safe still finds them.
      gains: ['take Wallet 1.3.0: mallory | 1 of [alice, bob, carol]'],
      lookAlike: same('Wallet 1.3.0', member(2n, SENTINEL), wordOf('alice'), 'the first owner'),
    },
    {
      // What was signed and never executed is good again.
      name: 'a nonce that was used',
      request: amended(delegating('Used', write(slot(5n), slot(2n))), { nonce: 5 }),
      decision: 'HOLD',
      gains: [],
      finds: 'foreign-code',
      positions: [],
      lookAlike: {
        name: 'a message signed by the library of Safe',
        request: amended(
          delegating('Used', call('SignMessageLib', 'signMessage(bytes)', '0x1234')),
          {
            nonce: 5,
          },
        ),
        decision: 'HOLD',
      },
    },
    {
      name: "an owner's approval of a transaction that is not shown",
      request: delegating('Wallet 1.3.0', write(approval, slot(1n))),
      decision: 'HOLD',
      gains: [],
      finds: 'foreign-code',
      positions: [],
      lookAlike: same('Wallet 1.3.0', approval, slot(0n), 'no approval'),
    },
    {
      name: 'another singleton of Safe, by the migration of Safe',
      request: delegating('Wallet 1.4.1', call('Migration', 'migrateSingleton()')),
      decision: 'HOLD',
      gains: [],
      finds: 'code-changes',
      positions: [],
      lookAlike: {
        name: 'the singleton that it runs, by the same',
        request: delegating('Wallet 1.5.0', call('Migration', 'migrateSingleton()')),
        decision: 'HOLD',
      },
    },
  ],
};
