import { type Address, encodeFunctionData, parseAbi, toFunctionSelector, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guard } from '../../../../src/chains/evm/bytecode/guard.ts';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, opaque, stateOf } from '../../../support/read.ts';

const [DEPLOYER, OWNER, NEXT] = [0x71, 0x72, 0x73].map(account) as [Address, Address, Address];

const abi = parseAbi(['function setOwner(address owner)', 'function setAuthority(address to)']);

/** Solmate's Auth, as its package publishes it. */
const SOLMATE = compile(
  'Vault',
  `import 'solmate/src/auth/Auth.sol';
  contract Vault is Auth {
    constructor(address owner, address authority) Auth(owner, Authority(authority)) {}
    function mint() external requiresAuth {}
  }`,
);

/** DSAuth in no package: what https://github.com/dapphub/ds-auth/blob/master/src/auth.sol does, anew. */
const DS_AUTH = compile(
  'Vault',
  `interface Authority { function canCall(address, address, bytes4) external view returns (bool); }
  contract Vault {
    Authority public authority;
    address public owner;
    event LogSetAuthority(address indexed authority);
    event LogSetOwner(address indexed owner);
    constructor(address first, address asked) { owner = first; authority = Authority(asked); }
    function setOwner(address next) public auth { owner = next; emit LogSetOwner(next); }
    function setAuthority(Authority next) public auth {
      authority = next;
      emit LogSetAuthority(address(next));
    }
    modifier auth() { require(admits(msg.sender, msg.sig)); _; }
    function admits(address who, bytes4 sig) internal view returns (bool) {
      if (who == address(this) || who == owner) return true;
      return address(authority) != address(0) && authority.canCall(who, address(this), sig);
    }
    function mint() external auth {}
  }`,
);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const deployVault = (vault: typeof DS_AUTH, authority: Address = zeroAddress) =>
  deployCompiled(chain, DEPLOYER, vault, [OWNER, authority]);

const ownersOf = (found: Discovery, at: Address) =>
  holdersOf(found, role(`eip155:1:${at}`, 'owner'));

const asking = (changes: Partial<Guard> = {}): Guard =>
  ({
    type: 'asked',
    of: { type: 'slot', slot: slot(0n), shift: 0 },
    selector: toFunctionSelector('canCall(address,address,bytes4)'),
    args: ['caller', 'self', `${toFunctionSelector('mint()')}${'00'.repeat(28)}`],
    ...changes,
  }) as Guard;

describe.each([
  ['DSAuth', DS_AUTH],
  ['Solmate’s Auth', SOLMATE],
])('%s', (_, vault) => {
  test('without an authority, the owner alone', async () => {
    const at = await deployVault(vault);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toContain('DSAuth');
    expect(ownersOf(found, at)).toEqual([`${key(OWNER)} after 0`]);
  });

  test('whom the authority lets call is opaque, and said to be unread', async () => {
    const authority = await deployVault(vault);
    const at = await deployVault(vault, authority);
    const found = await discoverOn(chain, at);
    expect(ownersOf(found, at)).toEqual(
      [`${key(OWNER)} after 0`, `${opaque(authority)} after 0`].sort(),
    );
    expect(found.unread).toContainEqual({
      account: `eip155:1:${authority}`,
      reason: `whom it lets call ${at} is not read`,
    });
  });

  test('an authority without code lets no one call', async () => {
    const at = await deployVault(vault, NEXT);
    expect(ownersOf(await discoverOn(chain, at), at)).toEqual([`${key(OWNER)} after 0`]);
  });
});

test('the next owner is read, and none where there is none', async () => {
  const at = await deployVault(DS_AUTH);
  const setOwner = (from: Address, owner: Address) => {
    const data = encodeFunctionData({ abi, functionName: 'setOwner', args: [owner] });
    return send(chain, from, { to: at, data });
  };
  await setOwner(OWNER, NEXT);
  expect(ownersOf(await discoverOn(chain, at), at)).toEqual([`${key(NEXT)} after 0`]);
  await setOwner(NEXT, zeroAddress);
  expect(ownersOf(await discoverOn(chain, at), at)).toEqual([]);
});

test('a check by its authority is explained, and no other', async () => {
  const at = await deployVault(DS_AUTH);
  const { found } = await discoverOn(chain, at);
  const explains = found
    .flatMap(({ readings }) => readings)
    .find(({ kind }) => kind === 'DSAuth')?.explains;
  expect(explains?.(asking())).toEqual(role(`eip155:1:${at}`, 'owner'));
  expect(explains?.(asking({ selector: '0xdeadbeef' }))).toBeNull();
  expect(explains?.(asking({ args: ['origin', 'self', null] }))).toBeNull();
  expect(explains?.(asking({ of: { type: 'constant', account: NEXT } }))).toBeNull();
});

test('it is read on a state that is only simulated', async () => {
  const at = await deployVault(DS_AUTH);
  const after = overlay(await stateOf(chain), {
    [at]: { storage: { [slot(1n)]: slot(BigInt(NEXT)) } },
  });
  expect(ownersOf(await discover(after, [at], readers), at)).toEqual([`${key(NEXT)} after 0`]);
});

describe('refuses', () => {
  test('a target of an AccessManager, which has an authority but no owner', async () => {
    const managed = compile(
      'Target',
      `import '@openzeppelin/contracts/access/manager/AccessManaged.sol';
      contract Target is AccessManaged { constructor(address to) AccessManaged(to) {} }`,
    );
    const manager = await deploy(chain, DEPLOYER, 'AccessManager', [OWNER]);
    const at = await deployCompiled(chain, DEPLOYER, managed, [manager]);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['AccessManaged']);
  });

  const setters = `
    function setOwner(address next) external { require(msg.sender == owner); owner = next; }
    function setAuthority(address next) external { require(msg.sender == owner); authority = next; }`;

  test.each([
    [
      'a contract with owner() and authority() that can set neither',
      'function ask() external { Asked(authority).canCall(owner, owner, 0); }',
    ],
    ['a contract with owner() and authority() that never asks canCall()', setters],
  ])('%s', async (_, functions) => {
    const unlike = compile(
      'Unlike',
      `interface Asked { function canCall(address, address, bytes4) external; }
      contract Unlike {
        address public owner = msg.sender;
        address public authority = msg.sender;
        ${functions}
      }`,
    );
    const at = await deployCompiled(chain, DEPLOYER, unlike, []);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
