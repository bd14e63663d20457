import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  parseAbiParameters,
  toFunctionSelector,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { ReadError } from '../../../../src/errors.ts';
import { power, type SimpleAction } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type Compiled, compile } from '../../../support/compile.ts';
import { holders } from '../../../support/holders.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { published } from '../../../support/published.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, ways } from '../../../support/read.ts';

/** LayerZero: the owner of its endpoint, and the owner of its library. */
const LABS = account(0x81);
const LIBRARIAN = account(0x82);
const OWNER = account(0x83);
const DELEGATE = account(0x84);
const NEXT = account(0x85);
const [A, B, C, D] = [account(0x86), account(0x87), account(0x88), account(0x89)] as const;
const ADMIN = account(0x8a);
const SIGNERS = [account(0x8b), account(0x8c), account(0x8d)] as const;
const PEER = pad(account(0x8e));

/** Ethereum, where the tests are, and a remote chain. */
const HERE = 30101;
const UNICHAIN = 30320;
const ULN_CONFIG = 2;

const CONTRACTS = `
import '@layerzerolabs/oft-evm/contracts/OFT.sol';
import '@layerzerolabs/oft-evm/contracts/OFTAdapter.sol';
import '@openzeppelin/contracts/access/Ownable.sol';
contract Coin is OFT { constructor(address e, address d) OFT('Coin', 'COIN', e, d) Ownable(d) {} }
contract Adapter is OFTAdapter {
  constructor(address t, address e, address d) OFTAdapter(t, e, d) Ownable(d) {}
}`;

const ULN_STRUCT =
  'struct UlnConfig { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }';
const abi = parseAbi([
  ULN_STRUCT,
  'struct Default { uint32 eid; UlnConfig config; }',
  'struct Param { uint32 eid; uint32 configType; bytes config; }',
  'function registerLibrary(address lib)',
  'function setDefaultReceiveLibrary(uint32 eid, address lib, uint256 grace)',
  'function setReceiveLibrary(address oapp, uint32 eid, address lib, uint256 grace)',
  'function setConfig(address oapp, address lib, Param[] params)',
  'function setDefaultUlnConfigs(Default[] params)',
  'function setPeer(uint32 eid, bytes32 peer)',
  'function setDelegate(address delegate)',
]);

interface Verifiers {
  readonly required?: readonly Address[];
  readonly optional?: readonly Address[];
  readonly threshold?: number;
}

/** Settings, where no verifiers at all stand for none, and not for LayerZero's choice. */
function ulnConfig({ required = [], optional = [], threshold = 0 }: Verifiers, none = 0) {
  const sorted = (dvns: readonly Address[]) =>
    [...dvns].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return {
    confirmations: 42n,
    requiredDVNCount: required.length === 0 ? none : required.length,
    optionalDVNCount: optional.length === 0 ? none : optional.length,
    optionalDVNThreshold: threshold,
    requiredDVNs: sorted(required),
    optionalDVNs: sorted(optional),
  };
}
const NONE = 255;

const LZ = '@layerzerolabs';
const PROTOCOL = `${LZ}/lz-evm-protocol-v2/artifacts/contracts`;
const MESSAGELIB = `${LZ}/lz-evm-messagelib-v2/artifacts/contracts/uln`;

let chain: LocalChain;
let coin: Compiled;
let adapter: Compiled;
let endpoint: Address;
let uln: Address;

const deployPublished = async (from: Address, path: string, args: readonly unknown[]) =>
  deployCompiled(chain, from, await published(path), args);

const call = (from: Address, to: Address, data: Hex) => send(chain, from, { to, data });

async function deployUln(): Promise<Address> {
  const library = await deployPublished(
    LIBRARIAN,
    `${MESSAGELIB}/uln302/ReceiveUln302.sol/ReceiveUln302.json`,
    [endpoint],
  );
  await setDefaults(library, { required: [A] });
  const args = [library] as const;
  await call(LABS, endpoint, encodeFunctionData({ abi, functionName: 'registerLibrary', args }));
  return library;
}

const setDefaults = (library: Address, verifiers: Verifiers) =>
  call(
    LIBRARIAN,
    library,
    encodeFunctionData({
      abi,
      functionName: 'setDefaultUlnConfigs',
      args: [[{ eid: UNICHAIN, config: ulnConfig(verifiers) }]],
    }),
  );

const setDefaultLibrary = (library: Address, grace = 0n) =>
  call(
    LABS,
    endpoint,
    encodeFunctionData({
      abi,
      functionName: 'setDefaultReceiveLibrary',
      args: [UNICHAIN, library, grace],
    }),
  );

beforeAll(async () => {
  coin = compile('Coin', CONTRACTS);
  adapter = compile('Adapter', CONTRACTS);
  chain = await startLocalChain();
  endpoint = await deployPublished(LABS, `${PROTOCOL}/EndpointV2.sol/EndpointV2.json`, [
    HERE,
    LABS,
  ]);
  uln = await deployUln();
  await setDefaultLibrary(uln);
}, 60_000);

afterAll(() => chain.stop());

const deployCoin = (): Promise<Address> => deployCompiled(chain, OWNER, coin, [endpoint, OWNER]);

const setPeer = (app: Address, peer: Hex = PEER) =>
  call(OWNER, app, encodeFunctionData({ abi, functionName: 'setPeer', args: [UNICHAIN, peer] }));

const setLibrary = (app: Address, library: Address, grace = 0n) =>
  call(
    OWNER,
    endpoint,
    encodeFunctionData({
      abi,
      functionName: 'setReceiveLibrary',
      args: [app, UNICHAIN, library, grace],
    }),
  );

const setVerifiers = (app: Address, verifiers: Verifiers, none = NONE, library = uln) =>
  call(
    OWNER,
    endpoint,
    encodeFunctionData({
      abi,
      functionName: 'setConfig',
      args: [
        app,
        library,
        [
          {
            eid: UNICHAIN,
            configType: ULN_CONFIG,
            config: encodeAbiParameters(parseAbiParameters(['UlnConfig config', ULN_STRUCT]), [
              ulnConfig(verifiers, none),
            ]),
          },
        ],
      ],
    }),
  );

/** Who may do `action`, by the rules for LayerZero and what nobody could read of the verifiers. */
const may = (found: Discovery, app: Address, action: SimpleAction): readonly string[] =>
  holders(
    found,
    power(`eip155:1:${app}`, action),
    'layerzero-oapp',
    'layerzero-dvn',
    'access-control',
  );

describe('an OFT', () => {
  test('without a peer is minted by its owner alone', async () => {
    const app = await deployCoin();
    const found = await discoverOn(chain, app);
    expect(kindsAt(found, app).filter((kind) => kind.startsWith('LayerZero'))).toEqual([
      'LayerZero OFT',
    ]);
    expect(may(found, app, 'mint')).toEqual([key(OWNER)]);
    expect(may(found, app, 'act')).toEqual([]);
  });

  test('that chose nothing is minted by the default verifier, and by LayerZero', async () => {
    const app = await deployCoin();
    await setPeer(app);
    const found = await discoverOn(chain, app);
    expect(may(found, app, 'mint')).toEqual(
      ways([key(OWNER)], [key(A)], [key(LABS)], [key(LIBRARIAN)]),
    );
  });

  test('is minted by all required verifiers with enough of the optional ones', async () => {
    const app = await deployCoin();
    await setPeer(app);
    await setLibrary(app, uln);
    await setVerifiers(app, { required: [A, B], optional: [C, D], threshold: 1 });
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(
      ways([key(OWNER)], [key(A), key(B), key(C)], [key(A), key(B), key(D)]),
    );
  });

  test('that chose optional verifiers alone needs only them', async () => {
    const app = await deployCoin();
    await setPeer(app);
    await setLibrary(app, uln);
    await setVerifiers(app, { optional: [B, C, D], threshold: 2 });
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(
      ways([key(OWNER)], [key(B), key(C)], [key(B), key(D)], [key(C), key(D)]),
    );
  });

  test('that chose its verifiers, but not the library, is at the mercy of LayerZero', async () => {
    const app = await deployCoin();
    await setPeer(app);
    await setVerifiers(app, { required: [B, C] });
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(
      ways([key(OWNER)], [key(LABS)], [key(B), key(C)]),
    );
  });

  test('that left the required verifiers to LayerZero needs its own optional ones, too', async () => {
    const app = await deployCoin();
    await setPeer(app);
    await setLibrary(app, uln);
    await setVerifiers(app, { optional: [B], threshold: 1 }, 0);
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(
      ways([key(OWNER)], [key(A), key(B)], [key(LIBRARIAN), key(B)]),
    );
  });

  test('whose peer was taken away is minted by its owner alone', async () => {
    const app = await deployCoin();
    await setPeer(app);
    await setPeer(app, pad('0x00'));
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual([key(OWNER)]);
  });

  test('has a delegate, who chooses verifiers and so mints, where there is a peer', async () => {
    const app = await deployCoin();
    await setLibrary(app, uln);
    await setVerifiers(app, { required: [B, C] });
    const args = [DELEGATE] as const;
    await call(OWNER, app, encodeFunctionData({ abi, functionName: 'setDelegate', args }));
    const before = await discoverOn(chain, app);
    expect(may(before, app, 'mint')).toEqual([key(OWNER)]);
    expect(may(before, app, 'configure')).toEqual(ways([key(OWNER)], [key(DELEGATE)]));
    await setPeer(app);
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(
      ways([key(OWNER)], [key(DELEGATE)], [key(B), key(C)]),
    );
  });

  test('is read on a state that is only simulated', async () => {
    const app = await deployCoin();
    const after = overlay(await stateOf(chain), {
      [app]: { storage: { [slot(0n)]: slot(BigInt(NEXT)) } },
    });
    expect(may(await discover(after, [app], readers), app, 'mint')).toContain(key(NEXT));
  });
});

describe('libraries', () => {
  test('the one before counts while its time of grace lasts', async () => {
    const app = await deployCoin();
    const other = await deployUln();
    await setPeer(app);
    await setLibrary(app, uln);
    await setVerifiers(app, { required: [B] });
    await setVerifiers(app, { required: [C] }, NONE, other);
    await setLibrary(app, other, 2n);
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(
      ways([key(OWNER)], [key(B)], [key(C)]),
    );
    await chain.request('anvil_mine', ['0x2']);
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual(ways([key(OWNER)], [key(C)]));
  });

  test('one that is not known is opaque, and unread', async () => {
    const app = await deployCoin();
    const simple = await deployPublished(
      LABS,
      `${PROTOCOL}/messagelib/SimpleMessageLib.sol/SimpleMessageLib.json`,
      [endpoint, LABS],
    );
    const args = [simple] as const;
    await call(LABS, endpoint, encodeFunctionData({ abi, functionName: 'registerLibrary', args }));
    await setPeer(app);
    await setLibrary(app, simple);
    const found = await discoverOn(chain, app);
    expect(may(found, app, 'mint')).toEqual(ways([key(OWNER)], [opaque(simple)]));
    expect(found.unread).toContainEqual({
      account: `eip155:1:${simple}`,
      reason: `it verifies messages from ${UNICHAIN} to ${app}, and is no library that is known`,
    });
  });

  test('the one that blocks everything lets nobody mint', async () => {
    const app = await deployCoin();
    await setPeer(app);
    const blocked = (await chain.request('eth_call', [
      { to: endpoint, data: toFunctionSelector('blockedLibrary()') },
      'latest',
    ])) as Hex;
    await setLibrary(app, `0x${blocked.slice(-40)}`);
    expect(may(await discoverOn(chain, app), app, 'mint')).toEqual([key(OWNER)]);
  });
});

test('an OFTAdapter: one verifier releases all that it holds, as with KelpDAO', async () => {
  const token = await deployCoin();
  const app = await deployCompiled(chain, OWNER, adapter, [token, endpoint, OWNER]);
  await setPeer(app);
  await setLibrary(app, uln);
  await setVerifiers(app, { required: [A, B] });
  expect(may(await discoverOn(chain, app), app, 'act')).toEqual(
    ways([key(OWNER)], [key(A), key(B)]),
  );
  await setVerifiers(app, { required: [A] });
  const found = await discoverOn(chain, app);
  expect(kindsAt(found, app)).toContain('LayerZero OFTAdapter');
  expect(may(found, app, 'act')).toEqual(ways([key(OWNER)], [key(A)]));
});

describe('a DVN', () => {
  const deployDvn = (quorum: number) =>
    deployPublished(ADMIN, `${MESSAGELIB}/dvn/DVN.sol/DVN.json`, [
      ...[HERE, HERE, [uln], account(0x8f), SIGNERS, quorum, [ADMIN]],
    ]);

  test('a quorum of its signers vouches for any message; its admin does not', async () => {
    const app = await deployCoin();
    const dvn = await deployDvn(2);
    await setPeer(app);
    await setLibrary(app, uln);
    await setVerifiers(app, { required: [dvn] });
    const found = await discoverOn(chain, app);
    expect(kindsAt(found, dvn)).toContain('LayerZero DVN');
    const [first, second, third] = SIGNERS;
    expect(may(found, app, 'mint')).toEqual(
      ways(
        [key(OWNER)],
        [key(first), key(second)],
        [key(first), key(third)],
        [key(second), key(third)],
      ),
    );
    expect(may(found, dvn, 'configure')).toContain(key(ADMIN));
  });

  test('is read on a state that is only simulated', async () => {
    const dvn = await deployDvn(2);
    const state = await stateOf(chain);
    const words = await Promise.all(
      Array.from({ length: 12 }, (_, index) => state.storage(dvn, slot(BigInt(index)))),
    );
    const quorum = words.findIndex((word) => BigInt(word) === 2n);
    const after = overlay(state, { [dvn]: { storage: { [slot(BigInt(quorum))]: slot(1n) } } });
    expect(may(await discover(after, [dvn], readers), dvn, 'act')).toEqual(
      ways(...SIGNERS.map((signer) => [key(signer)])),
    );
  });

  test('refuses a DVN of an older kind, which does not list its signers', async () => {
    const dvn = await deployDvn(2);
    const code = await (await stateOf(chain)).code(dvn);
    const older = account(0x90);
    const lists = toFunctionSelector('getSigners()').slice(2);
    await chain.set({ [older]: { code: code.replaceAll(`63${lists}`, '63ffffffff') as Hex } });
    expect(kindsAt(await discoverOn(chain, older), older)).not.toContain('LayerZero DVN');
  });
});

test('the owners of the endpoint and of the library configure them, and act as neither', async () => {
  const found = await discoverOn(chain, endpoint, uln);
  expect(kindsAt(found, endpoint)).toContain('LayerZero EndpointV2');
  expect(kindsAt(found, uln)).toContain('LayerZero ReceiveUln302');
  const by = (at: Address, action: SimpleAction) =>
    holders(found, power(`eip155:1:${at}`, action), 'layerzero-endpoint');
  expect(by(endpoint, 'configure')).toEqual([key(LABS)]);
  expect(by(uln, 'configure')).toEqual([key(LIBRARIAN)]);
  expect([...by(endpoint, 'act'), ...by(uln, 'act')]).toEqual([]);
});

describe('what cannot be read', () => {
  test('peers may be anyone’s, and are unread', async () => {
    const app = await deployCoin();
    const state = await stateOf(chain);
    const found = await discover(
      { ...state, logs: () => Promise.reject(new ReadError('too many blocks')) },
      [app],
      readers,
    );
    expect(may(found, app, 'mint')).toEqual(ways([key(OWNER)], [opaque(app)]));
    expect(found.unread.map(({ reason }) => reason)).toContain(
      'its peers could not be read: too many blocks',
    );
  });

  test('a path whose library answers nonsense', async () => {
    const app = await deployCoin();
    await setPeer(app);
    const state = await stateOf(chain);
    const found = await discover(
      {
        ...state,
        call: (request, overrides) =>
          request.to === uln ? Promise.resolve('0x00') : state.call(request, overrides),
      },
      [app],
      readers,
    );
    expect(may(found, app, 'mint')).toEqual(ways([key(OWNER)], [opaque(app)]));
    expect(found.unread.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/^who verifies messages from 30320 could not be read: /),
    );
  });
});

describe('refuses', () => {
  test('an application of LayerZero', async () => {
    const app = await deployCoin();
    const kinds = kindsAt(await discoverOn(chain, app), app);
    expect(kinds).not.toContain('LayerZero EndpointV2');
    expect(kinds).not.toContain('LayerZero ReceiveUln302');
  });

  const dispatching = (...signatures: readonly string[]): Hex =>
    `0x60006000fd${signatures.map((each) => `63${toFunctionSelector(each).slice(2)}`).join('')}`;

  test.each([
    [
      'an application of the first LayerZero, which trusts remotes',
      [
        'lzReceive(uint16,bytes,uint64,bytes)',
        'trustedRemoteLookup(uint16)',
        'setTrustedRemote(uint16,bytes)',
        'owner()',
      ],
    ],
    [
      'a receiver of messages that has no peers',
      [
        'endpoint()',
        'allowInitializePath((uint32,bytes32,uint64))',
        'lzReceive((uint32,bytes32,uint64),bytes32,bytes,address,bytes)',
      ],
    ],
  ])('%s', async (_, signatures) => {
    const at = account(0x91);
    await chain.set({ [at]: { code: dispatching(...signatures) } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
