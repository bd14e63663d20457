/**
 * LayerZero's EndpointV2 and its library ReceiveUln302: what their owner may do. What follows from it for
 * an application depends on what that application left to LayerZero, and is for its own reader to say.
 *
 * @see https://github.com/LayerZero-Labs/LayerZero-v2/tree/main/packages/layerzero-v2/evm
 */
import {
  functionsOf,
  holderRules,
  powerRules,
  type RolePower,
  readHolders,
} from '../held-roles.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import { accountId } from '../values.ts';

/** One of the two contracts: what its owner may do, and what each caller may do in its own name alone. */
interface Kind {
  readonly name: string;
  readonly powers: readonly RolePower<'owner'>[];
  readonly own: readonly string[];
  readonly announces: readonly Announcement[];
}

const OWNERSHIP: readonly string[] = ['transferOwnership(address)', 'renounceOwnership()'];

const KINDS: readonly Kind[] = [
  {
    name: 'LayerZero EndpointV2',
    powers: [
      [
        'owner',
        'configure',
        'registerLibrary(address)',
        'setDefaultSendLibrary(uint32,address)',
        'setDefaultReceiveLibrary(uint32,address,uint256)',
        'setDefaultReceiveLibraryTimeout(uint32,address,uint256)',
        'setLzToken(address)',
        'recoverToken(address,address,uint256)',
        ...OWNERSHIP,
      ],
    ],
    own: [
      'setDelegate(address)',
      'setSendLibrary(address,uint32,address)',
      'setReceiveLibrary(address,uint32,address,uint256)',
      'setReceiveLibraryTimeout(address,uint32,address,uint256)',
      'setConfig(address,address,(uint32,uint32,bytes)[])',
      'skip(address,uint32,bytes32,uint64)',
      'nilify(address,uint32,bytes32,uint64,bytes32)',
      'burn(address,uint32,bytes32,uint64,bytes32)',
      'clear(address,(uint32,bytes32,uint64),bytes32,bytes)',
      'verify((uint32,bytes32,uint64),address,bytes32)',
      // Anyone sends, and delivers what was verified.
      'send((uint32,bytes32,bytes,bytes,bool),address)',
      'lzReceive((uint32,bytes32,uint64),address,bytes32,bytes,bytes)',
      'sendCompose(address,bytes32,uint16,bytes)',
      'lzCompose(address,address,bytes32,uint16,bytes,bytes)',
    ],
    announces: [
      'LibraryRegistered(address)',
      'DefaultReceiveLibrarySet(uint32,address)',
      'DefaultReceiveLibraryTimeoutSet(uint32,address,uint256)',
      'ReceiveLibrarySet(address,uint32,address)',
      'ReceiveLibraryTimeoutSet(address,uint32,address,uint256)',
      'DelegateSet(address,address)',
      'OwnershipTransferred(address,address)',
    ].map(announcement),
  },
  {
    name: 'LayerZero ReceiveUln302',
    powers: [
      [
        'owner',
        'configure',
        'setDefaultUlnConfigs((uint32,(uint64,uint8,uint8,uint8,address[],address[]))[])',
        ...OWNERSHIP,
      ],
    ],
    own: [
      'setConfig(address,(uint32,uint32,bytes)[])',
      'verify(bytes,bytes32,uint64)',
      'commitVerification(bytes,bytes32)',
    ],
    announces: [
      'DefaultUlnConfigsSet((uint32,(uint64,uint8,uint8,uint8,address[],address[]))[])',
      'UlnConfigSet(address,uint32,(uint64,uint8,uint8,uint8,address[],address[]))',
      'OwnershipTransferred(address,address)',
    ].map(announcement),
  },
];

export const layerzeroEndpoint: Reader = {
  id: 'layerzero-endpoint',
  refuses: ['an application of LayerZero'],
  read: async ({ account, code }, state) => {
    const kind = KINDS.find(({ powers, own }) =>
      offers(code, 'owner()', ...own, ...functionsOf(powers)),
    );
    if (kind === undefined) return null;
    const holders = await readHolders(state, account, code, ['owner']);
    return {
      kind: kind.name,
      rules: [
        ...holderRules('layerzero-endpoint', state.chainId, account, holders),
        ...powerRules('layerzero-endpoint', accountId(state.chainId, account), kind.powers),
      ],
      covers: selectorsOf(...functionsOf(kind.powers), ...kind.own),
      delegatesTo: [],
      announces: kind.announces,
      unread: [],
    };
  },
};
