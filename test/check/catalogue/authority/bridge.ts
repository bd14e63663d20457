/**
 * Applications on LayerZero: who verifies what they believe.
 *
 * @see https://github.com/LayerZero-Labs/LayerZero-v2/tree/main/packages/layerzero-v2/evm
 */
import { encodeAbiParameters, pad, parseAbiParameters } from 'viem';
import { compileAll } from '../../../support/compile.ts';
import type { Builder } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { type AuthorityGroup, by, type Call, call } from '../catalogue.ts';
import { make, treasury } from '../wallets.ts';

const SOURCE = `
import '@layerzerolabs/oft-evm/contracts/OFT.sol';
import '@layerzerolabs/oft-evm/contracts/OFTAdapter.sol';
import '@openzeppelin/contracts/access/Ownable.sol';
contract WrappedCoin is OFT {
  constructor(address endpoint, address owner) OFT('Wrapped', 'WRP', endpoint, owner) Ownable(owner) {}
}
contract CoinLockbox is OFTAdapter {
  constructor(address coin, address endpoint, address owner) OFTAdapter(coin, endpoint, owner) Ownable(owner) {}
}`;

const LZ = '@layerzerolabs';
const [ETHEREUM, UNICHAIN] = [30101, 30320];
const ULN =
  '(uint64 confirmations, uint8 requiredDVNCount, uint8 optionalDVNCount, uint8 optionalDVNThreshold, address[] requiredDVNs, address[] optionalDVNs)';
const SET_CONFIG = 'setConfig(address,address,(uint32,uint32,bytes)[])';
const SET_PEER = 'setPeer(uint32,bytes32)';
const SET_DELEGATE = 'setDelegate(address)';

type At = Builder['at'];

/** Every one of these verifiers, and no others. */
const allOf = (at: At, verifiers: readonly string[], optionalDVNCount: number) => ({
  confirmations: 42n,
  requiredDVNCount: verifiers.length,
  optionalDVNCount,
  optionalDVNThreshold: 0,
  requiredDVNs: verifiers.map(at).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  optionalDVNs: [],
});

const setVerifiers = (...verifiers: readonly string[]): Call =>
  call('Endpoint', SET_CONFIG, 'Lockbox', 'Library', [
    [
      UNICHAIN,
      2,
      (at: At) =>
        encodeAbiParameters(
          parseAbiParameters(`${ULN} config`) as never,
          [allOf(at, verifiers, 255)] as never,
        ),
    ],
  ]);

const peerOf = (name: string) => (at: At) => pad(at(name));

export const bridge: AuthorityGroup = {
  title: 'a bridge on LayerZero',
  payees: ['Payee'],
  contracts: [
    { name: 'Endpoint' },
    { name: 'Lockbox', functions: [SET_DELEGATE, 'transferOwnership(address)'] },
    { name: 'Wrapped' },
  ],
  build: async (on) => {
    const safe = await treasury(on);
    // They own the endpoint and the library, and verify.
    const { lea, lou } = on.keys(['lea', 'lou', 'max', 'nat']);
    const compiled = compileAll(SOURCE);
    const artefacts = (of: string) => `${LZ}/${of}/artifacts/contracts`;
    const endpoint = await on.deploy(
      'Endpoint',
      `${artefacts('lz-evm-protocol-v2')}/EndpointV2.sol/EndpointV2.json`,
      [ETHEREUM, lea],
      lea,
    );
    const library = await on.deploy(
      'Library',
      `${artefacts('lz-evm-messagelib-v2')}/uln/uln302/ReceiveUln302.sol/ReceiveUln302.json`,
      [endpoint],
      lou,
    );
    const setDefaults = `setDefaultUlnConfigs((uint32 eid, ${ULN} config)[])`;
    await make(on, lou, call('Library', setDefaults, [[UNICHAIN, allOf(on.at, ['nat'], 0)]]));
    await on.call(lea, endpoint, 'registerLibrary(address)', library);
    const setDefault = 'setDefaultReceiveLibrary(uint32,address,uint256)';
    await on.call(lea, endpoint, setDefault, UNICHAIN, library, 0);
    const preset = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    const coin = await on.deploy('Coin', preset, ['Coin', 'COIN', 1_000_000, safe]);
    const lockbox = await on.deploy('Lockbox', compiled('CoinLockbox'), [coin, endpoint, safe]);
    await make(on, safe, call('Lockbox', SET_PEER, UNICHAIN, peerOf('Treasury')));
    const setLibrary = 'setReceiveLibrary(address,uint32,address,uint256)';
    await on.call(safe, endpoint, setLibrary, lockbox, UNICHAIN, library, 0);
    await make(on, safe, setVerifiers('max', 'nat'));
    await on.deploy('Wrapped', compiled('WrappedCoin'), [endpoint, safe]);
  },
  changes: [
    {
      name: 'one verifier in place of two, as at KelpDAO',
      request: by('Treasury', setVerifiers('max')),
      decision: 'HOLD',
      gains: ['take Lockbox: max'],
      lookAlike: {
        name: 'the same verifiers again',
        request: by('Treasury', setVerifiers('max', 'nat')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a verifier who is a stranger',
      request: by('Treasury', setVerifiers('mallory')),
      decision: 'REJECT',
      gains: ['take Lockbox: mallory'],
      lookAlike: {
        name: 'the same verifiers again',
        request: by('Treasury', setVerifiers('nat', 'max')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a delegate',
      request: by('Treasury', call('Lockbox', SET_DELEGATE, 'mallory')),
      decision: 'REJECT',
      gains: ['take Lockbox: mallory', 'configure Lockbox: mallory'],
      lookAlike: {
        name: 'the same delegate again',
        request: by('Treasury', call('Lockbox', SET_DELEGATE, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      // Its messages are believed: what stands at the other end of it is not read from this chain.
      name: 'another peer',
      request: by('Treasury', call('Lockbox', SET_PEER, UNICHAIN, peerOf('mallory'))),
      decision: 'HOLD',
      gains: [],
      finds: 'unknown-call',
      positions: ['Lockbox'],
      lookAlike: {
        name: 'the same peer again',
        request: by('Treasury', call('Lockbox', SET_PEER, UNICHAIN, peerOf('Treasury'))),
        decision: 'SIGN',
      },
    },
    {
      name: 'the first peer of a token, verified as LayerZero has it',
      request: by('Treasury', call('Wrapped', SET_PEER, UNICHAIN, peerOf('Treasury'))),
      decision: 'HOLD',
      gains: ['mint Wrapped: 1 of [lea, lou, nat]'],
      lookAlike: {
        name: 'no peer, where there was none',
        request: by('Treasury', call('Wrapped', SET_PEER, UNICHAIN, pad('0x'))),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of an application',
      request: by('Treasury', call('Lockbox', 'transferOwnership(address)', 'mallory')),
      decision: 'REJECT',
      gains: ['take Lockbox: mallory', 'configure Lockbox: mallory'],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Lockbox', 'transferOwnership(address)', 'Treasury')),
        decision: 'SIGN',
      },
    },
  ],
};
