import { readFile } from 'node:fs/promises';
import type { Address, Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionsOf } from '../../../src/chains/evm/bytecode/functions.ts';
import type { Discovery } from '../../../src/chains/evm/discover.ts';
import { discover } from '../../../src/chains/evm/discover.ts';
import { eoa } from '../../../src/chains/evm/readers/eoa.ts';
import { slot } from '../../../src/chains/evm/values.ts';
import { coalitions } from '../../../src/power/coalitions.ts';
import { act, nodeId, nodesOf, power, type SimpleAction } from '../../../src/power/model.ts';
import { ACCESS_PATTERNS, type AccessPattern, OWNER } from '../../support/access-patterns.ts';
import { account } from '../../support/accounts.ts';
import { compile } from '../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../support/local-chain.ts';
import { deployCompiled } from '../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, stateOf, ways } from '../../support/read.ts';

const DEPLOYER = account(60);
const STRANGER = account(65);
const RAW = account(66);
const ACTIONS: readonly SimpleAction[] = ['act', 'upgrade', 'mint', 'pause', 'freeze', 'configure'];

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

/** Puts the contract of a pattern on the chain. */
async function stand({ source, args = [], viaIR = false }: AccessPattern): Promise<Address> {
  if (typeof source === 'string') {
    return await deployCompiled(chain, DEPLOYER, compile('Test', source, viaIR), args);
  }
  await chain.set({ [RAW]: source });
  return RAW;
}

/** Who holds which power over the contract of a pattern, what is unknown apart, and what is left open. */
async function inspect(pattern: AccessPattern) {
  const { calls = [] } = pattern;
  const at = await stand(pattern);
  for (const { data, from = OWNER } of calls) await send(chain, from, { to: at, data });
  const found: Discovery = await discover(await stateOf(chain), [at], [eoa]);
  const id = `eip155:1:${at}`;
  const known = found.rules.filter(({ reader }) => reader !== 'opaque');
  const holders = Object.fromEntries(
    ACTIONS.flatMap((action) => {
      const { list } = coalitions(known, power(id, action));
      return list.length === 0 ? [] : [[action, ways(...list.map((c) => c.leaves.map(nodeId)))]];
    }),
  );
  return { holders, unread: found.unread };
}

/** The data of calls to a function, with arguments that a stranger might try. */
const attempts = (selector: Hex): readonly Hex[] =>
  [0n, 1n, BigInt(OWNER), BigInt(STRANGER), (1n << 256n) - 1n].flatMap((first) =>
    [0n, 32n, BigInt(STRANGER)].map((second): Hex => {
      const words = [first, second, first, second, ...Array.from({ length: 12 }, () => 0n)];
      return `${selector}${words.map((word) => slot(word).slice(2)).join('')}`;
    }),
  );

test('the EVM refuses a stranger wherever the bytecode is said to', async () => {
  let asked = 0;
  for (const pattern of ACCESS_PATTERNS) {
    // Who is refused but for what is known to be missed, is not refused.
    if (Object.values(pattern.missed ?? {}).some((sets) => sets.flat().includes('anyone')))
      continue;
    const at = await stand(pattern);
    const code = await (await stateOf(chain)).code(at);
    const refusing = functionsOf(code).filter(
      ({ isWhole, ways: all }) =>
        isWhole && all.length > 0 && all.every(({ demands }) => demands.length > 0),
    );
    for (const { selector } of refusing) {
      if (selector === null) continue;
      for (const data of attempts(selector)) {
        asked += 1;
        const call = chain.request('eth_call', [{ from: STRANGER, to: at, data }, 'latest']);
        await expect(call, `${selector} of ${pattern.name}`).rejects.toThrow();
      }
    }
  }
  expect(asked).toBeGreaterThan(500);
});

/** Sets of holders, by power: as many as there are. */
type Sets = Readonly<Record<string, readonly string[]>>;

const leafOf = (who: string): readonly string[] => {
  if (who === 'anyone') return [];
  return [who.startsWith('0x') ? key(who as Address) : who];
};

const setsOf = (holders: AccessPattern['holders'] = {}): Sets =>
  Object.fromEntries(
    Object.entries(holders).map(([action, sets]) => [
      action,
      ways(...sets.map((set) => set.flatMap((who) => leafOf(who)))),
    ]),
  );

/** How many sets of `of` are not among `among`. */
const missing = (of: Sets, ...among: readonly Sets[]): number =>
  Object.entries(of)
    .flatMap(([action, sets]) => sets.map((set) => [action, set] as const))
    .filter(([action, set]) => among.every((each) => !each[action]?.includes(set))).length;

const rows: string[] = [];

describe('who passes the checks of', () => {
  test.each(ACCESS_PATTERNS)('$name', async (pattern) => {
    const { name, isOpen = false } = pattern;
    const { holders, unread } = await inspect(pattern);
    const [known, beyond] = [setsOf(pattern.holders), setsOf(pattern.missed)];
    const counts = [
      missing(holders, {}) - missing(holders, known),
      missing(known, holders) + missing(beyond, holders),
      missing(holders, known, beyond),
    ];
    rows.push(`| ${name} | ${counts.join(' | ')} | ${unread.length > 0 ? 'yes' : ''} |`);
    expect({ holders, isUnread: unread.length > 0 }).toEqual({ holders: known, isUnread: isOpen });
  });

  test('as docs/finder.md tells it', async () => {
    expect(rows).toHaveLength(ACCESS_PATTERNS.length);
    const page = await readFile('docs/finder.md', 'utf8');
    // The formatter of the page aligns its columns.
    expect(page.replace(/ +/g, ' ')).toContain(rows.join('\n').replace(/ +/g, ' '));
  });
});

describe('a look-alike of code that a reader knows', () => {
  const BACK_DOOR = account(0x5d);

  /** What the bytecode adds to the reading of a contract: who, and to which power. */
  async function added(source: string, args: readonly unknown[], kind: string) {
    const at = await deployCompiled(chain, DEPLOYER, compile('Test', source), args);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toContain(kind);
    return found.rules
      .filter(({ inferred }) => inferred)
      .map(({ grants, requires, functions }) => [
        nodeId(grants).replace(`eip155:1:${at}`, 'it'),
        [...nodesOf(requires)].map(nodeId),
        functions?.map((each) => each.split('(')[0]),
      ]);
  }
  const theirs = [nodeId(act(`eip155:1:${BACK_DOOR}`))];

  const timelock = (functions: string) => `
    import '@openzeppelin/contracts/governance/TimelockController.sol';
    contract Test is TimelockController {
      constructor(address[] memory a) TimelockController(60, a, a, address(0)) {}
      ${functions}
    }`;

  test.each([
    ['none', '', []],
    [
      'its holder executes at once',
      `function execute(address to, uint256 value, bytes calldata data, bytes32 before, bytes32 salt) public payable override {
        if (msg.sender != ${BACK_DOOR}) return super.execute(to, value, data, before, salt);
        _execute(to, value, data);
      }`,
      [['act(it)', theirs, ['execute']]],
    ],
    [
      'anyone executes at once',
      `function execute(address to, uint256 value, bytes calldata data, bytes32, bytes32) public payable override {
        _execute(to, value, data);
      }`,
      [['act(it)', [], ['execute']]],
    ],
    [
      'its holder gives every role',
      `function grantRole(bytes32 role, address to) public override {
        if (msg.sender != ${BACK_DOOR}) _checkRole(getRoleAdmin(role));
        _grantRole(role, to);
      }`,
      ['PROPOSER_ROLE', 'EXECUTOR_ROLE', 'CANCELLER_ROLE'].map((each) => [
        `role(it, ${each})`,
        theirs,
        ['grantRole'],
      ]),
    ],
  ])('a TimelockController with a back door: %s', async (_, functions, expected) => {
    const source = timelock(functions);
    expect(await added(source, [[OWNER]], 'OpenZeppelin TimelockController')).toEqual(expected);
  });

  const token = (mints: string, fills = 'require(msg.sender == owner);') => `
    contract Test {
      address public owner; address public masterMinter; address public pauser; address public blacklister;
      mapping(address => bool) public isMinter;
      mapping(address => uint256) public minterAllowance;
      mapping(address => uint256) balances;
      constructor(address a) { owner = a; masterMinter = a; pauser = a; blacklister = a; }
      function mint(address to, uint256 amount) external {
        ${mints}
        balances[to] += amount;
      }
      function configureMinter(address to, uint256 amount) external {
        require(msg.sender == masterMinter);
        isMinter[to] = true;
        minterAllowance[to] = amount;
      }
      function updateMasterMinter(address to) external { ${fills} masterMinter = to; }
    }`;
  const uses = 'require(isMinter[msg.sender]); minterAllowance[msg.sender] -= amount;';

  test.each([
    ['as it should be', token(uses), []],
    ['that anyone mints', token(''), [['mint(it)', [], ['mint']]]],
    [
      'that anyone but the banned mints',
      token('require(!isMinter[msg.sender]);'),
      [['mint(it)', [], ['mint']]],
    ],
    [
      'that the holder of a back door mints',
      token(`if (msg.sender != ${BACK_DOOR}) { ${uses} }`),
      [['mint(it)', theirs, ['mint']]],
    ],
    [
      'of which anyone becomes the master minter',
      token(uses, ''),
      [['role(it, masterMinter)', [], ['updateMasterMinter']]],
    ],
  ])('a FiatToken %s', async (_, source, expected) => {
    expect(await added(source, [OWNER], 'Circle FiatToken')).toEqual(expected);
  });
});
