/** Radiant's pool on Arbitrum as it stood at block 264477048, put onto a local EVM. What is real: README.md. */
import { type Address, type Hex, pad } from 'viem';
import { slot } from '../../src/chains/evm/values.ts';
import { account } from '../../test/support/accounts.ts';
import { compile } from '../../test/support/compile.ts';
import { DEPLOYER, encode, linked } from '../../test/support/estate.ts';
import { codeAt, type LocalChain, send, startLocalChain } from '../../test/support/local-chain.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { deployPackaged, packaged, paths } from '../../test/support/packages.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';

export const SAFE: Address = '0x111CEEee040739fD91D29C34C33E6B3E112F2177';
const SINGLETON: Address = '0x3E5c63644E683549055b9Be8653de26E0B4CD36E';
export const PROVIDER: Address = '0x091d52CacE1edc5527C99cDCFA6937C1635330E4';
export const POOL: Address = '0xF4B1486DD74D07706052A33d31d7c0AAFD0659E1';
export const CONTROLLER: Address = '0x57ba8957ed2ff2e7AE38F4935451E81Ce1eEFbf5';
/** Who deployed the controller, and sent the transaction that took the pools. */
export const THIEF: Address = '0x0629b1048298AE9deff0F4100A31967Fb3f98962';

/** Three are known; eight stand for those who are not. */
export const OWNERS: readonly Address[] = [
  '0x20340c2a71055FD2887D9A71054100FF7F425BE5',
  '0x83434627e72d977af18F8D2F26203895050eF9Ce',
  '0xbB67c265e7197A7c3Cd458F8F7C1d79a2fb04d57',
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(account),
];

/** Stand-in for the controller: whoever deployed it has it call anything, and nobody else does. */
const controller = compile(
  'Controller',
  `contract Controller {
    address immutable owner = msg.sender;

    function multicall(address[] calldata contracts, bytes[] calldata data) external {
      require(msg.sender == owner);
      for (uint256 i = 0; i < contracts.length; i++) {
        (bool success, ) = contracts[i].call(data[i]);
        require(success);
      }
    }
  }`,
);

/** A local chain that stands where Arbitrum stood one block before the seizure. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({
    chainId: 42161,
    number: 264_477_048,
    timestamp: 1_729_098_558,
  });
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.3.0 L2') },
    [SAFE]: {
      code: await safeCode('proxy 1.3.0'),
      storage: safeStorage({ singleton: SINGLETON, owners: OWNERS, threshold: 3, nonce: 230 }),
    },
    [PROVIDER]: {
      code: (await packaged(paths.aaveV2Provider)).deployedBytecode,
      storage: { [slot(0n)]: pad(SAFE) },
    },
    [CONTROLLER]: {
      code: await codeAt(chain, await deployCompiled(chain, THIEF, controller, [])),
    },
    [POOL]: {
      code: await codeAt(chain, await deployPackaged(chain, DEPLOYER, paths.aaveV2Proxy, PROVIDER)),
    },
  });
  const initialize = encode('initialize(address)', PROVIDER);
  await send(chain, PROVIDER, {
    to: POOL,
    data: encode('initialize(address,bytes)', await deployPool(chain), initialize),
  });
  await send(chain, SAFE, {
    to: PROVIDER,
    data: encode('setAddress(bytes32,address)', LENDING_POOL, POOL),
  });
  return chain;
}

/** Its name, in the registry of the provider. */
const LENDING_POOL: Hex = pad('0x4c454e44494e475f504f4f4c', { dir: 'right' });

/** Deploys the code of the pool, with its libraries. */
async function deployPool(chain: LocalChain): Promise<Address> {
  const V2 = '@aave/protocol-v2/artifacts/contracts/protocol';
  const library = async (name: string, libraries: Readonly<Record<string, Address>> = {}) =>
    await deployCompiled(
      chain,
      DEPLOYER,
      await linked(`${V2}/libraries/logic/${name}.sol/${name}.json`, libraries),
      [],
    );
  const GenericLogic = await library('GenericLogic');
  const libraries = {
    ReserveLogic: await library('ReserveLogic'),
    ValidationLogic: await library('ValidationLogic', { GenericLogic }),
  };
  const pool = await linked(`${V2}/lendingpool/LendingPool.sol/LendingPool.json`, libraries);
  return await deployCompiled(chain, DEPLOYER, pool, []);
}
