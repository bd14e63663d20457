/** What a Safe signs changes power elsewhere: deep in a batch, through a module, as the owner of another Safe. */
import type { Address, Hex } from 'viem';
import { slot } from '../../../../src/chains/evm/values.ts';
import {
  type AuthorityGroup,
  by,
  type Call,
  call,
  data,
  delegating,
  ETHER,
  multiSend,
  multiSendBy,
  pay,
  SENTINEL,
} from '../catalogue.ts';
import {
  executing,
  MULTISEND_130,
  PEOPLE,
  placeAt,
  safeTransactionHash,
  WRITER_CODE,
  wallet,
} from '../wallets.ts';

type At = (name: string) => Address;

const ADD = 'addOwnerWithThreshold(address,uint256)';
const SWAP = 'swapOwner(address,address,address)';
const ENABLE = 'enableModule(address)';

const throughModule = (safe: string, made: Call, operation: 0 | 1 = 0): Call =>
  call(
    safe,
    'execTransactionFromModule(address,uint256,bytes,uint8)',
    made.to,
    made.value,
    made.data,
    operation,
  );

const write = (place: (at: At) => Hex, value: (at: At) => Hex): Call =>
  call('Writer', 'write(bytes32,bytes32)', place, value);

export const nested: AuthorityGroup = {
  title: 'a Safe, by way of another',
  payees: ['Payee'],
  contracts: [{ name: 'Sub' }, { name: 'Cold' }, { name: 'Shared' }],
  build: async (on) => {
    const { dave } = on.keys(PEOPLE);
    const treasury = await wallet(on, 'Treasury', '1.4.1');
    await wallet(on, 'Sub', '1.3.0', { owners: [treasury], threshold: 1 });
    await wallet(on, 'Shared', '1.3.0', { owners: [treasury, dave], threshold: 2 });
    await wallet(on, 'Cold', '1.4.1', { owners: [dave], threshold: 1, modules: [treasury] });
    await on.place('Writer', WRITER_CODE);
    await placeAt(on, 'MultiSend', 'MultiSend 1.3.0', MULTISEND_130);
  },
  changes: [
    {
      name: 'a module between payments',
      request: by(
        'Treasury',
        pay('Payee', ETHER),
        call('Treasury', ENABLE, 'mallory'),
        pay('Payee', ETHER),
      ),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'three payments',
        request: by('Treasury', pay('Payee', ETHER), pay('Payee', 1n), pay('Payee', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner in a batch within a batch',
      request: delegating(
        'Treasury',
        multiSendBy(
          'MultiSend',
          { made: pay('Payee', ETHER), operation: 0 },
          {
            made: multiSend(
              pay('Payee', ETHER),
              call('Treasury', SWAP, SENTINEL, 'alice', 'mallory'),
            ),
            operation: 1,
          },
        ),
      ),
      decision: 'HOLD',
      gains: ['take Treasury: mallory + 1 of [bob, carol]'],
      lookAlike: {
        name: 'payments in a batch within a batch',
        request: delegating(
          'Treasury',
          multiSendBy(
            'MultiSend',
            { made: pay('Payee', ETHER), operation: 0 },
            { made: multiSend(pay('Payee', ETHER), pay('Payee', ETHER)), operation: 1 },
          ),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a slot written between payments',
      request: delegating(
        'Treasury',
        multiSendBy(
          'MultiSend',
          { made: pay('Payee', ETHER), operation: 0 },
          {
            made: write(
              () => slot(4n),
              () => slot(1n),
            ),
            operation: 1,
          },
          { made: pay('Payee', ETHER), operation: 0 },
        ),
      ),
      decision: 'HOLD',
      gains: ['take Treasury: 1 of [alice, bob, carol]'],
      lookAlike: {
        name: 'a batch that writes what is there',
        request: delegating(
          'Treasury',
          multiSendBy(
            'MultiSend',
            { made: pay('Payee', ETHER), operation: 0 },
            {
              made: write(
                () => slot(4n),
                () => slot(2n),
              ),
              operation: 1,
            },
          ),
        ),
        decision: 'HOLD',
      },
    },
    {
      name: 'a module of another Safe, as its module',
      request: by('Treasury', throughModule('Cold', call('Cold', ENABLE, 'mallory'))),
      decision: 'REJECT',
      gains: ['take Cold: mallory'],
      lookAlike: {
        name: 'a payment of the other Safe, as its module',
        request: by('Treasury', throughModule('Cold', pay('Payee', ETHER))),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner of another Safe, as its module, in a batch of its own',
      request: by(
        'Treasury',
        throughModule('Cold', multiSend(pay('Payee', ETHER), call('Cold', ADD, 'mallory', 2n)), 1),
      ),
      decision: 'HOLD',
      gains: [],
      loses: ['take Cold: dave'],
      lookAlike: {
        name: 'payments of the other Safe in a batch of its own',
        request: by(
          'Treasury',
          throughModule('Cold', multiSend(pay('Payee', ETHER), pay('Payee', ETHER)), 1),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a slot of another Safe, as its module',
      request: by(
        'Treasury',
        throughModule(
          'Cold',
          write(
            () => slot(4n),
            () => slot(0n),
          ),
          1,
        ),
      ),
      decision: 'REJECT',
      gains: ['take Cold: anyone'],
      lookAlike: {
        name: 'a slot of another Safe that is written as it is',
        request: by(
          'Treasury',
          throughModule(
            'Cold',
            write(
              () => slot(4n),
              () => slot(1n),
            ),
            1,
          ),
        ),
        decision: 'HOLD',
      },
    },
    {
      name: 'an owner of a Safe that it owns',
      request: by('Treasury', executing('Sub', 'Treasury', call('Sub', ADD, 'mallory', 1n))),
      decision: 'REJECT',
      gains: ['take Sub: mallory'],
      lookAlike: {
        name: 'a payment of a Safe that it owns',
        request: by('Treasury', executing('Sub', 'Treasury', pay('Payee', ETHER))),
        decision: 'SIGN',
      },
    },
    {
      name: 'a module of a Safe that it owns, which is no position',
      request: by('Treasury', executing('Sub', 'Treasury', call('Sub', ENABLE, 'mallory'))),
      decision: 'REJECT',
      gains: ['take Sub: mallory'],
      positions: [],
      lookAlike: {
        name: 'a cancelling transaction of that Safe',
        request: by('Treasury', executing('Sub', 'Treasury', pay('Sub', 0n))),
        decision: 'SIGN',
      },
    },
    {
      // With it, dave alone executes what he signs himself.
      name: 'an approval of a hash for a Safe that it shares',
      request: by(
        'Treasury',
        call(
          'Shared',
          'approveHash(bytes32)',
          safeTransactionHash('Shared', call('Shared', ENABLE, 'mallory')),
        ),
      ),
      decision: 'HOLD',
      gains: [],
      finds: 'unknown-call',
      positions: ['Shared'],
      lookAlike: {
        name: 'a payment to the Safe that it shares',
        request: by('Treasury', pay('Shared', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'the only owner of another Safe, as its module',
      request: by(
        'Treasury',
        call(
          'Cold',
          'execTransactionFromModule(address,uint256,bytes,uint8)',
          'Cold',
          0n,
          data(SWAP, SENTINEL, 'dave', 'mallory'),
          0,
        ),
      ),
      decision: 'REJECT',
      gains: ['take Cold: mallory'],
      loses: ['take Cold: dave'],
      lookAlike: {
        name: 'the order to swap an owner, as a message to nobody',
        request: by('Treasury', {
          ...pay('Payee', 0n),
          data: data(SWAP, SENTINEL, 'dave', 'mallory'),
        }),
        decision: 'HOLD',
      },
    },
  ],
};
