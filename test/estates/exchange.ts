/**
 * An exchange. Cold, warm and hot wallets of four versions of Safe, with signers who sit in several; what
 * is fastened to them (a module that delays, one with spending limits, a guard, a handler that is none, a
 * key with code of its own); the older wallets that nobody emptied; and allowances that nobody took back.
 */
import { concat, encodeAbiParameters, parseAbiParameters } from 'viem';
import { compile } from '../support/compile.ts';
import { type Estate, placePermit2 } from '../support/estate.ts';
import { wallet0x, walletWithDailyLimit } from '../support/multisig-wallets.ts';
import { paths } from '../support/packages.ts';
import { safeCode } from '../support/safe-contracts.ts';
import { allowanceModule } from '../support/safe-modules.ts';
import { deployMastercopy, setUpModifier } from '../support/zodiac.ts';

const DAY = 86_400;
const ETHER = 10n ** 18n;

/** The code that Grace's key delegates to: a sponsor may use it, too. */
const SPONSORED = `
contract Sponsored {
  address immutable sponsor;
  constructor(address sponsor_) { sponsor = sponsor_; }
  receive() external payable {}
  function execute(address to, uint256 value, bytes calldata data) external {
    require(msg.sender == address(this) || msg.sender == sponsor, 'neither');
    (bool success,) = to.call{value: value}(data);
    require(success);
  }
}`;

/** It moves tokens of those who allow it to, as its owner says. */
const SWEEPER = `
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/token/ERC20/IERC20.sol';
contract Sweeper is Ownable {
  constructor(address owner) Ownable(owner) {}
  function sweep(IERC20 token, address from, address to, uint256 amount) external onlyOwner {
    require(token.transferFrom(from, to, amount));
  }
}`;

const KEYS = [
  ...['alice', 'bob', 'carol', 'dave', 'erin', 'frank'],
  ...['grace', 'heidi', 'ivan', 'judy', 'kate', 'larry', 'mike'],
] as const;

export const exchange: Estate = {
  title: 'an exchange',
  contracts: 27,
  keys: KEYS,
  tokens: ['Coin'],
  withheld: ['Custodian'],
  build: async (on) => {
    const key = on.keys(KEYS);
    const { alice, bob, carol, dave, erin, frank, grace, heidi, ivan, judy, kate, larry, mike } =
      key;
    const coin = await on.deploy(
      'Coin',
      paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply'),
      ['Coin', 'COIN', 1_000_000, kate],
    );

    // Six people, four of whom it takes; beside them Judy, through a module that waits a day.
    const delay = on.reserve('Delay');
    const cold = await on.safe('Cold', '1.1.1', {
      owners: [alice, bob, carol, dave, erin, frank],
      threshold: 4,
      modules: [delay],
    });
    const delayCode = await deployMastercopy(on.chain, frank, 'Delay 1.0.1');
    on.name('DelayCode', delayCode);
    await setUpModifier(
      on.chain,
      frank,
      delay,
      delayCode,
      encodeAbiParameters(parseAbiParameters('address, address, address, uint256, uint256'), [
        cold,
        cold,
        cold,
        BigInt(DAY),
        0n,
      ]),
    );
    await on.call(cold, delay, 'enableModule(address)', judy);

    // A Safe among the owners, and a custodian whose code the node does not tell.
    const guard = on.reserve('ScopeGuard');
    const guardCode = await deployMastercopy(on.chain, frank, 'ScopeGuard 1.0.0');
    on.name('ScopeGuardCode', guardCode);
    await setUpModifier(
      on.chain,
      frank,
      guard,
      guardCode,
      encodeAbiParameters(parseAbiParameters('address'), [dave]),
    );
    await on.safe('Warm', '1.3.0', {
      owners: [
        alice,
        bob,
        await on.safe('Nested', '1.4.1', { owners: [carol, dave, erin], threshold: 2 }),
        await on.place('Custodian', '0x00'),
      ],
      threshold: 2,
      guard,
      handler: await on.place('Handler 1.3.0', await safeCode('handler 1.3.0')),
    });

    // Grace's key runs code that lets Ivan act, too.
    const sponsored = await on.deploy('Sponsored', compile('Sponsored', SPONSORED), [ivan]);
    await on.chain.set({ [grace]: { code: concat(['0xef0100', sponsored]) } });
    const limits = await on.deploy('AllowanceModule', allowanceModule());
    const hot = await on.safe('Hot', '1.5.0', {
      owners: [grace, heidi],
      threshold: 1,
      modules: [limits],
    });
    await on.call(hot, limits, 'addDelegate(address)', kate);
    const setAllowance = 'setAllowance(address,address,uint96,uint16,uint32)';
    await on.call(hot, limits, setAllowance, kate, coin, 5, 1_440, 0);

    // What it allowed: a thousand to Larry; everything to a contract of Frank's; seventy to Mike by Permit2.
    const sweeper = await on.deploy('Sweeper', compile('Sweeper', SWEEPER), [frank]);
    const permit2 = await placePermit2(on);
    await on.call(hot, coin, 'approve(address,uint256)', larry, 1_000);
    await on.call(hot, coin, 'approve(address,uint256)', sweeper, 2n ** 256n - 1n);
    await on.call(hot, coin, 'approve(address,uint256)', permit2, 2n ** 256n - 1n);
    await on.call(
      hot,
      permit2,
      'approve(address,address,uint160,uint48)',
      ...[coin, mike, 70, 2 ** 40],
    );
    // To Judy, too, and then no more.
    await on.call(hot, coin, 'approve(address,uint256)', judy, 9);
    await on.call(hot, coin, 'approve(address,uint256)', judy, 0);

    // From the years before Safe.
    await on.deploy('Old wallet', await wallet0x('MultiSigWalletWithTimeLock'), [
      [alice, bob, carol],
      2,
      7 * DAY,
    ]);
    await on.deploy('Limited wallet', walletWithDailyLimit(), [[erin, frank], 2, 10n * ETHER]);

    // Two that sign for one another: with someone beside them, and without.
    const [left, right] = [on.reserve('Left'), on.reserve('Right')];
    await on.safe('Left', '1.3.0', { owners: [right, alice], threshold: 2 }, left);
    await on.safe('Right', '1.4.1', { owners: [left, bob], threshold: 1 }, right);
    const [head, tail] = [on.reserve('Head'), on.reserve('Tail')];
    await on.safe('Head', '1.3.0', { owners: [tail], threshold: 1 }, head);
    await on.safe('Tail', '1.4.1', { owners: [head], threshold: 1 }, tail);

    // One that was deployed and forgotten, and one with a token where its handler should be.
    await on.safe('Spare', '1.3.0', { owners: [], threshold: 0 });
    await on.safe('Legacy', '1.1.1', { owners: [alice, bob, carol], threshold: 2, handler: coin });
  },

  rules: `
    # What the Safe has its own module do is a cycle: it gives nobody anything new.
    act(Cold) <= 4 of [alice, bob, carol, dave, erin, frank] | Delay
    owner(Delay) <= Cold
    act(Delay) <= (judy) after 1 d unless [Cold] | Cold
    veto(Delay) <= Cold

    act(Warm) <= 2 of [alice, bob, Custodian, Nested]
    act(Nested) <= 2 of [carol, dave, erin]
    act(Custodian) <= opaque(Custodian)
    # The guard may refuse: its owner by what they set, and its code for whatever it is.
    veto(Warm) <= ScopeGuard | opaque(ScopeGuard)
    owner(ScopeGuard) <= dave
    configure(ScopeGuard) <= owner(ScopeGuard)

    act(Hot) <= 1 of [grace, heidi] | AllowanceModule
    act(grace) <= ivan
    spend 5 Coin(Hot) <= kate
    spend 1000 Coin(Hot) <= larry
    spend any Coin(Hot) <= Sweeper
    spend 70 Coin(Hot) <= mike
    owner(Sweeper) <= frank
    act(Sweeper) <= owner(Sweeper)
    configure(Sweeper) <= owner(Sweeper)

    act(Old wallet) <= (2 of [alice, bob, carol]) after 7 d
    act(Limited wallet) <= 2 of [erin, frank]
    spend 10000000000000000000 ether(Limited wallet) <= erin | frank

    act(Left) <= 2 of [Right, alice]
    act(Right) <= 1 of [Left, bob]
    act(Head) <= 1 of [Tail]
    act(Tail) <= 1 of [Head]

    # Whoever calls setup() first owns it.
    act(Spare) <= anyone
    # A Safe calls its handler with whatever a stranger sends: the token obeys the Safe.
    act(Legacy) <= 2 of [alice, bob, carol] | opaque(Coin)
  `,
  unread: `
    Custodian: the node has no code
    Coin: fallback handler of unknown code: anyone may have the Safe call it
  `,

  positions: {
    Cold: {
      fewest: 1,
      soonest: '0 s',
      by: `
        judy after 1 d
        4 of [alice, bob, carol, dave, erin, frank]
      `,
    },
    Warm: {
      fewest: 2,
      soonest: '0 s',
      by: `
        alice + bob
        alice + opaque(Custodian)
        bob + opaque(Custodian)
        alice + 2 of [carol, dave, erin]
        bob + 2 of [carol, dave, erin]
        opaque(Custodian) + 2 of [carol, dave, erin]
      `,
    },
    Hot: {
      fewest: 1,
      soonest: '0 s',
      by: '1 of [grace, heidi, ivan, kate, larry, frank, mike]',
    },
    'Old wallet': { fewest: 2, soonest: '7 d', by: '2 of [alice, bob, carol] after 7 d' },
    'Limited wallet': { fewest: 1, soonest: '0 s', by: '1 of [erin, frank]' },
    // Bob is Right; Left needs Alice, too, so that Right by Left is no less.
    Left: { fewest: 2, soonest: '0 s', by: 'alice + bob' },
    Right: { fewest: 1, soonest: '0 s', by: 'bob' },
    Head: { fewest: null, soonest: null, by: '' },
    Spare: { fewest: 0, soonest: '0 s', by: 'anyone' },
    Legacy: {
      fewest: 1,
      soonest: '0 s',
      by: `
        opaque(Coin)
        2 of [alice, bob, carol]
      `,
    },
  },
};
