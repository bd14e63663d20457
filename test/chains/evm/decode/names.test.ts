import { readFile } from 'node:fs/promises';
import {
  type AbiFunction,
  erc20Abi,
  erc721Abi,
  erc1155Abi,
  erc4626Abi,
  type Hex,
  toFunctionSelector,
  toFunctionSignature,
} from 'viem';
import { describe, expect, test } from 'vitest';
import { CONTAINERS } from '../../../../src/chains/evm/decode/containers.ts';
import { DECLARATIONS, namedFunction } from '../../../../src/chains/evm/decode/names.ts';
import { knownFunction } from '../../../../src/chains/evm/functions.ts';

/** The functions of an ABI that may change something; what nobody is asked to sign is left out. */
async function functionsOf(path: string): Promise<readonly AbiFunction[]> {
  const json = JSON.parse(await readFile(`node_modules/${path}`, 'utf8'));
  const abi: readonly AbiFunction[] = json.abi ?? json.compilerOutput?.abi ?? json;
  return abi.filter(changes);
}

const selectorOf = (declaration: string): Hex => toFunctionSelector(declaration);

/** Hooks, questions, and what reverts or can be called but once. */
const NOT_SIGNED = /^on[A-Z]|^isValidSignature|^initialize|^lzReceive(Simulate|AndRevert)/;

const changes = ({ type, name, stateMutability }: AbiFunction): boolean =>
  type === 'function' && !/view|pure/.test(stateMutability) && !NOT_SIGNED.test(name);

/** What is not named of them. */
const unnamed = (functions: readonly AbiFunction[]): readonly string[] =>
  functions.filter((each) => !isNamed(each)).map((each) => toFunctionSignature(each));

function isNamed(each: AbiFunction): boolean {
  const found = namedFunction(toFunctionSelector(each));
  return found?.parameters.every(({ name }) => name) ?? false;
}

test.each([
  'safe-1.0.0/build/contracts/GnosisSafe.json',
  'safe-1.1.1/build/contracts/GnosisSafe.json',
  'safe-1.2.0/build/contracts/GnosisSafe.json',
  'safe-1.3.0/build/artifacts/contracts/GnosisSafeL2.sol/GnosisSafeL2.json',
  'safe-1.4.1/build/artifacts/contracts/Safe.sol/Safe.json',
  'safe-1.5.0/build/artifacts/contracts/SafeL2.sol/SafeL2.json',
  'safe-1.5.0/build/artifacts/contracts/proxies/SafeProxyFactory.sol/SafeProxyFactory.json',
  'safe-1.5.0/build/artifacts/contracts/libraries/MultiSend.sol/MultiSend.json',
  'safe-1.5.0/build/artifacts/contracts/libraries/CreateCall.sol/CreateCall.json',
  'safe-1.5.0/build/artifacts/contracts/libraries/SafeMigration.sol/SafeMigration.json',
  'safe-1.5.0/build/artifacts/contracts/libraries/SafeToL2Setup.sol/SafeToL2Setup.json',
  'safe-1.5.0/build/artifacts/contracts/libraries/SignMessageLib.sol/SignMessageLib.json',
  '@gnosis.pm/zodiac/dist/cjs/abi/Delay.json',
  '@gnosis.pm/zodiac/dist/cjs/abi/RolesV1.json',
  '@gnosis.pm/zodiac/dist/cjs/abi/RolesV2.json',
  '@openzeppelin/contracts/build/contracts/TimelockController.json',
  '@openzeppelin/contracts/build/contracts/AccessManager.json',
  '@openzeppelin/contracts/build/contracts/AccessControlDefaultAdminRules.json',
  '@openzeppelin/contracts/build/contracts/Ownable2Step.json',
  '@openzeppelin/contracts/build/contracts/UpgradeableBeacon.json',
  '@openzeppelin/contracts/build/contracts/UUPSUpgradeable.json',
  '@openzeppelin/contracts/build/contracts/ERC20Permit.json',
  '@openzeppelin/contracts/build/contracts/ERC20Votes.json',
  '@openzeppelin/contracts/build/contracts/GovernorSettings.json',
  '@openzeppelin/contracts/build/contracts/GovernorTimelockControl.json',
  'openzeppelin-4.9/build/contracts/ProxyAdmin.json',
  'openzeppelin-4.9/build/contracts/GovernorCompatibilityBravo.json',
  '@uniswap/governance/build/Timelock.json',
  '@uniswap/governance/build/GovernorAlpha.json',
  '@0x/contracts-multisig/lib/generated-artifacts/MultiSigWalletWithTimeLock.json',
  '@layerzerolabs/oft-evm/artifacts/OFT.sol/OFT.json',
  '@layerzerolabs/lz-evm-protocol-v2/artifacts/contracts/EndpointV2.sol/EndpointV2.json',
  '@aave/core-v3/artifacts/contracts/protocol/configuration/PoolAddressesProvider.sol/PoolAddressesProvider.json',
])('every function of %s has its names', async (path) => {
  const functions = await functionsOf(path);
  expect(functions).not.toEqual([]);
  expect(unnamed(functions)).toEqual([]);
});

test('every function of the standard tokens has its names', () => {
  const abis = [erc20Abi, erc721Abi, erc1155Abi, erc4626Abi];
  expect(
    unnamed(abis.flatMap((abi) => abi.filter((each) => each.type === 'function').filter(changes))),
  ).toEqual([]);
});

describe('by the selectors that explorers show', () => {
  test.each<readonly [Hex, string]>([
    ['0xd0e30db0', 'deposit'],
    ['0x2e1a7d4d', 'withdraw amount'],
    ['0xd505accf', 'permit owner spender value deadline v r s'],
    ['0x8fcbaf0c', 'permit holder spender nonce expiry allowed v r s'],
    ['0x87517c45', 'approve token spender amount expiration'],
    ['0x2b67b570', 'permit owner permitSingle signature'],
    ['0x2a2d80d1', 'permit owner permitBatch signature'],
    ['0x36c78516', 'transferFrom from to amount token'],
    ['0x0d58b1db', 'transferFrom transferDetails'],
    ['0x30f28b7a', 'permitTransferFrom permit transferDetails owner signature'],
    ['0xedd9444b', 'permitTransferFrom permit transferDetails owner signature'],
    ['0xcc53287f', 'lockdown approvals'],
    ['0x617ba037', 'supply asset amount onBehalfOf referralCode'],
    ['0x69328dec', 'withdraw asset amount to'],
    ['0xa415bcad', 'borrow asset amount interestRateMode referralCode onBehalfOf'],
    ['0x573ade81', 'repay asset amount interestRateMode onBehalfOf'],
    ['0xa1903eab', 'submit referral'],
    ['0x22895118', 'deposit pubkey withdrawalCredentials signature depositDataRoot'],
    ['0x38ed1739', 'swapExactTokensForTokens amountIn amountOutMin path to deadline'],
    ['0x18cbafe5', 'swapExactTokensForETH amountIn amountOutMin path to deadline'],
    ['0x7ff36ab5', 'swapExactETHForTokens amountOutMin path to deadline'],
    ['0x8803dbee', 'swapTokensForExactTokens amountOut amountInMax path to deadline'],
    ['0xfb3bdb41', 'swapETHForExactTokens amountOut path to deadline'],
    ['0x414bf389', 'exactInputSingle params'],
    ['0x04e45aaf', 'exactInputSingle params'],
    ['0xc04b8d59', 'exactInput params'],
    ['0xb858183f', 'exactInput params'],
    ['0xdb3e2198', 'exactOutputSingle params'],
    ['0x5023b4df', 'exactOutputSingle params'],
    ['0xf28c0498', 'exactOutput params'],
    ['0x09b81346', 'exactOutput params'],
    ['0x3593564c', 'execute commands inputs deadline'],
    ['0xfe7f61ea', 'unlockToken ethTokenAddr amount recipient receiptId'],
    ['0x993e1c42', 'withdrawERC20For withdrawalId user token amount signatures'],
    ['0x5aef021f', 'setLendingPoolImpl pool'],
  ])('%s is %s', (selector, named) => {
    const found = namedFunction(selector);
    const [name] = found?.signature.split('(') ?? [];
    expect([name, ...(found?.parameters.map((each) => each.name) ?? [])].join(' ')).toBe(named);
  });
});

test('no function is listed twice, nor one without parameters that is listed elsewhere', () => {
  const listed = [...DECLARATIONS, ...CONTAINERS.map(({ declaration }) => declaration)];
  expect(new Set(listed.map(selectorOf)).size).toBe(listed.length);
  const bare = listed.filter((declaration) => declaration.endsWith('()'));
  expect(bare.filter((declaration) => knownFunction(selectorOf(declaration)))).toEqual([]);
});

test('the others are known by their types', () => {
  expect(namedFunction(selectorOf('pause()'))).toMatchObject({ signature: 'pause()' });
  expect(namedFunction(selectorOf('wipe(address,uint256)'))).toMatchObject({
    signature: 'wipe(address,uint256)',
    parameters: [{ type: 'address' }, { type: 'uint256' }],
  });
});

test('a selector that the field does not know is none', () => {
  expect(namedFunction('0xdeadbeef')).toBeNull();
});
