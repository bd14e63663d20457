/** KelpDAO's bridge on Ethereum before its verifiers were cut to one, put onto a local EVM. What is real: README.md. */
import {
  type Address,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  type Hex,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  parseAbiParameters,
} from 'viem';
import { mappingSlot, slot } from '../../src/chains/evm/values.ts';
import { account } from '../../test/support/accounts.ts';
import { compile } from '../../test/support/compile.ts';
import { encode, linked } from '../../test/support/estate.ts';
import { type LocalChain, send, startLocalChain } from '../../test/support/local-chain.ts';
import { placeCompiled } from '../../test/support/openzeppelin.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';
import { tokenOf } from '../../test/support/tokens.ts';

/** Owner of the adapter, and its delegate at the endpoint. */
export const SAFE: Address = '0xCbcdd778AA25476F203814214dD3E9b9c46829A1';
const SINGLETON: Address = '0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552';
export const ADAPTER: Address = '0x85d456B2DfF1fd8245387C0BfB64Dfb700e98Ef3';
export const RSETH: Address = '0xA1290d69c65A6Fe4DF752f95823fae25cB99e5A7';
export const ENDPOINT: Address = '0x1a44076050125825900e736c501f859c50fE728c';
const LIBRARY: Address = '0xc02Ab410f0734EFa3F14628780e6e695156024C2';
const LAYERZERO: Address = '0xBe010A7e3686FdF65E93344ab664D065A0B02478';
/** LayerZero Labs' verifier, which was the only one, and Nethermind's, which is one of four now. */
export const DVN: Address = '0x589dEDbD617e0CBcB916A9223F4d1300c294236b';
export const SECOND_DVN: Address = '0xa59BA433ac34D2927232918Ef5B2eaAfcF130BA5';
/** Of KelpDAO on Unichain, whom the adapter believes. */
const PEER: Address = '0xc3eACf0612346366Db554C991D7858716db09f58';
/** To whom the tokens were released, and who delivered the message. */
export const THIEF: Address = '0x8B1b6c9A6DB1304000412dd21Ae6A70a82d60D3b';
export const DELIVERER: Address = '0x4966260619701a80637cDbdAc6A6cE0131f8575E';
const UNICHAIN = 30_320;
const ETHEREUM = 30_101;

/** Nobody's: who owns the wallet, and who signs for each verifier. */
const OWNERS: readonly Address[] = [0x11, 0x12, 0x13, 0x14, 0x15].map(account);
export const SIGNERS: readonly Address[] = [0x21, 0x22, 0x23].map(account);
const SECOND_SIGNERS: readonly Address[] = [0x31, 0x32, 0x33].map(account);

const adapter = compile(
  'Adapter',
  `import '@layerzerolabs/oft-evm/contracts/OFTAdapter.sol';
  import '@openzeppelin/contracts/access/Ownable.sol';
  contract Adapter is OFTAdapter {
    constructor(address token, address endpoint, address owner) OFTAdapter(token, endpoint, owner) Ownable(owner) {}
  }`,
);

const ULN =
  'struct UlnConfig { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }';
const abi = parseAbi([
  ULN,
  'struct Param { uint32 eid; uint32 configType; bytes config; }',
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'function setConfig(address oapp, address lib, Param[] params)',
  'struct Default { uint32 eid; UlnConfig config; }',
  'function setDefaultUlnConfigs(Default[] params)',
  'function lzReceive(Origin origin, address receiver, bytes32 guid, bytes message, bytes extraData)',
]);

const allOf = (verifiers: readonly Address[], optionalDVNCount: number) => ({
  confirmations: 42n,
  requiredDVNCount: verifiers.length,
  optionalDVNCount,
  optionalDVNThreshold: 0,
  requiredDVNs: [...verifiers].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  optionalDVNs: [],
});

/** The choice of every one of these verifiers, and no others, for messages from Unichain. */
export const chooseVerifiers = (...verifiers: readonly Address[]): Hex =>
  encodeFunctionData({
    abi,
    functionName: 'setConfig',
    args: [
      ADAPTER,
      LIBRARY,
      [
        {
          eid: UNICHAIN,
          configType: 2,
          config: encodeAbiParameters(parseAbiParameters(['UlnConfig config', ULN]), [
            allOf(verifiers, 255),
          ]),
        },
      ],
    ],
  });

/** A message from Unichain that so many units of six decimals are to be released. */
export function packet(nonce: bigint, to: Address, amount: bigint) {
  const path = [nonce, UNICHAIN, pad(PEER), ETHEREUM, pad(ADAPTER)] as const;
  const types = ['uint64', 'uint32', 'bytes32', 'uint32', 'bytes32'] as const;
  const guid = keccak256(encodePacked(types, path));
  const message = concat([pad(to), numberToHex(amount, { size: 8 })]);
  return {
    guid,
    payloadHash: keccak256(concat([guid, message])),
    header: encodePacked(['uint8', ...types], [1, ...path]),
    delivery: encodeFunctionData({
      abi,
      functionName: 'lzReceive',
      args: [{ srcEid: UNICHAIN, sender: pad(PEER), nonce }, ADAPTER, guid, message, '0x'],
    }),
  };
}

/** The packet that was never sent on Unichain. */
export const FORGED = packet(308n, THIEF, 116_500_000_000n);

/** Has both verifiers vouch for a packet, as far as they are asked, and the endpoint take it. */
export async function vouch(
  chain: LocalChain,
  { header, payloadHash }: ReturnType<typeof packet>,
  ...verifiers: readonly Address[]
): Promise<void> {
  const data = encode('verify(bytes,bytes32,uint64)', header, payloadHash, 42n);
  for (const verifier of verifiers) await send(chain, verifier, { to: LIBRARY, data });
  await send(chain, DELIVERER, {
    to: LIBRARY,
    data: encode('commitVerification(bytes,bytes32)', header, payloadHash),
  });
}

const MESSAGELIB = '@layerzerolabs/lz-evm-messagelib-v2/artifacts/contracts/uln';

/** A local chain on which messages from Unichain need two verifiers, and 307 of them came. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({ chainId: 1, timestamp: 1_776_533_723 });
  const place = async (at: Address, path: string, ...args: readonly unknown[]) =>
    await placeCompiled(chain, at, await linked(path), args);
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.3.0') },
    [SAFE]: {
      code: await safeCode('proxy 1.3.0'),
      storage: safeStorage({ singleton: SINGLETON, owners: OWNERS, threshold: 2 }),
    },
    [RSETH]: await tokenOf({ [ADAPTER]: 116_723_520_635_500_000_000_000n }),
  });
  await place(
    ENDPOINT,
    '@layerzerolabs/lz-evm-protocol-v2/artifacts/contracts/EndpointV2.sol/EndpointV2.json',
    ETHEREUM,
    LAYERZERO,
  );
  await place(LIBRARY, `${MESSAGELIB}/uln302/ReceiveUln302.sol/ReceiveUln302.json`, ENDPOINT);
  for (const [at, signers] of [
    [DVN, SIGNERS],
    [SECOND_DVN, SECOND_SIGNERS],
  ] as const) {
    const vouchers = [ETHEREUM, ETHEREUM, [LIBRARY], LAYERZERO, signers, 2, [LAYERZERO]];
    await place(at, `${MESSAGELIB}/dvn/DVN.sol/DVN.json`, ...vouchers);
  }
  await placeCompiled(chain, ADAPTER, adapter, [RSETH, ENDPOINT, SAFE]);
  const call = async (from: Address, to: Address, signature: string, ...args: readonly unknown[]) =>
    await send(chain, from, { to, data: encode(signature, ...args) });
  // The library was placed in its own name.
  await send(chain, LIBRARY, {
    to: LIBRARY,
    data: encodeFunctionData({
      abi,
      functionName: 'setDefaultUlnConfigs',
      args: [[{ eid: UNICHAIN, config: allOf([DVN, SECOND_DVN], 0) }]],
    }),
  });
  await call(LIBRARY, LIBRARY, 'transferOwnership(address)', LAYERZERO);
  await call(LAYERZERO, ENDPOINT, 'registerLibrary(address)', LIBRARY);
  await call(SAFE, ADAPTER, 'setDelegate(address)', SAFE);
  await call(SAFE, ADAPTER, 'setPeer(uint32,bytes32)', UNICHAIN, pad(PEER));
  const setLibrary = 'setReceiveLibrary(address,uint32,address,uint256)';
  await call(SAFE, ENDPOINT, setLibrary, ADAPTER, UNICHAIN, LIBRARY, 0);
  await send(chain, SAFE, { to: ENDPOINT, data: chooseVerifiers(DVN, SECOND_DVN) });
  await chain.set({ [ENDPOINT]: { storage: { [LAST_NONCE]: slot(307n) } } });
  return chain;
}

/** Where the endpoint keeps the number of the last message of this path. */
const LAST_NONCE: Hex = mappingSlot(
  pad(PEER),
  mappingSlot(numberToHex(UNICHAIN), mappingSlot(ADAPTER, slot(1n))),
);
