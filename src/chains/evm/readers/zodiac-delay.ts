/**
 * Zodiac's Delay modifier: what its modules hand it waits for a cooldown, then anyone may carry it out.
 * Its owner, most often the Safe that it guards, may skip what waits, and may enable a module and set
 * the cooldown to nothing.
 *
 * @see https://github.com/gnosisguild/zodiac-modifier-delay/blob/main/packages/evm/contracts/Delay.sol
 */
import { type Address, type Hex, parseAbi } from 'viem';
import {
  act,
  after,
  anyOf,
  type Evidence,
  power,
  type Requirement,
  type Rule,
  type Unread,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { announcement, type Frame, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';
import {
  holders,
  type Modifier,
  modifierAnnouncements,
  modifierFunctions,
  modifierRules,
  readModifier,
} from '../zodiac.ts';

/**
 * Delay 1.0.1, hashed from what the init code in @gnosis.pm/zodiac deploys. That init code, by CREATE2,
 * gives the published address of the mastercopy.
 */
const KNOWN_CODE: Hex = '0xc3bdb559318386f67ed2b090e13ff65e04e1b0fa967baa21bdb5f17222681bce';

/** The mastercopy of 1.1.0, which its makers list as faulty without saying why. */
const FAULTY: Address = '0x01F8cabB808D7dE0dF4202D4B60C8310d2f1339b';

const OWN_FUNCTIONS: readonly string[] = [
  'executeNextTx(address,uint256,bytes,uint8)',
  'setTxCooldown(uint256)',
  'setTxExpiration(uint256)',
  'setTxNonce(uint256)',
  'skipExpired()',
];
const FUNCTIONS: readonly string[] = [...modifierFunctions, ...OWN_FUNCTIONS];
const SIGNATURE_FUNCTIONS: readonly string[] = [
  ...OWN_FUNCTIONS,
  'execTransactionFromModule(address,uint256,bytes,uint8)',
  'enableModule(address)',
  'txCooldown()',
  'txNonce()',
  'queueNonce()',
];

const abi = parseAbi([
  'function txCooldown() view returns (uint256)',
  'function txExpiration() view returns (uint256)',
  'function txNonce() view returns (uint256)',
  'function queueNonce() view returns (uint256)',
  'function getTxCreatedAt(uint256 nonce) view returns (uint256)',
]);

/** No cooldown that anyone means is longer than a thousand years. */
const MAX_SECONDS = 1_000n * 365n * 86_400n;

export const zodiacDelay: Reader = {
  id: 'zodiac-delay',
  refuses: [
    'a contract with txCooldown() and txNonce() but without a queue',
    'a modifier of Zodiac that delays nothing',
  ],
  read: async (frame, state) => {
    const { account, codeAt, code, codeHash } = frame;
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const { value, evidence } = await observe(state, (view) => readDelay(view, frame));
    return {
      kind: 'Zodiac Delay modifier',
      rules: rulesOf(account, value, evidence, state.chainId),
      covers: codeHash === KNOWN_CODE ? 'all' : selectorsOf(...FUNCTIONS),
      delegatesTo: [],
      announces,
      unread: unreadOf(account, codeAt, value, state.chainId),
    };
  },
};

interface Delay extends Modifier {
  readonly cooldown: number;
  /** Transactions that wait, or whose wait is over, and that have not expired. */
  readonly queued: bigint;
}

async function readDelay(state: State, frame: Frame): Promise<Delay> {
  const [modifier, cooldown, expiration, next, end] = await Promise.all([
    readModifier(state, frame),
    askView(state, frame, abi, 'txCooldown', []),
    askView(state, frame, abi, 'txExpiration', []),
    askView(state, frame, abi, 'txNonce', []),
    askView(state, frame, abi, 'queueNonce', []),
  ]);
  const queued = end > next ? end - next : 0n;
  const whole = { ...modifier, cooldown: secondsOf(cooldown) };
  if (queued === 0n || expiration === 0n) return { ...whole, queued };
  // Expired ones are skipped by anyone, so that the newest decides whether any can still be carried out.
  const newest = await askView(state, frame, abi, 'getTxCreatedAt', [end - 1n]);
  const isOver = newest + cooldown + expiration < BigInt(state.block.timestamp);
  return { ...whole, queued: isOver ? 0n : queued };
}

const secondsOf = (seconds: bigint): number =>
  Number(seconds < MAX_SECONDS ? seconds : MAX_SECONDS);

function rulesOf(
  account: Address,
  delay: Delay,
  evidence: readonly Evidence[],
  chainId: number,
): readonly Rule[] {
  const { isSetUp, owner, guard, modules, cooldown } = delay;
  const id = accountId(chainId, account);
  const rule = (
    grants: Rule['grants'],
    requires: Requirement,
    functions: readonly string[],
  ): Rule => ({ grants, requires, reader: 'zodiac-delay', functions, evidence });
  const usedByOwner = ['enableModule(address)', 'setTxCooldown(uint256)'];
  const common = modifierRules(delay, account, chainId, rule, usedByOwner);
  if (!isSetUp) return common;
  const waited = after(
    cooldown,
    anyOf(...holders(modules, chainId)),
    holders([owner, guard], chainId),
  );
  return [
    rule(act(id), waited, ['execTransactionFromModule(address,uint256,bytes,uint8)']),
    ...common,
    ...holders([owner], chainId).map((each) =>
      rule(power(id, 'veto'), each, ['setTxNonce(uint256)']),
    ),
  ];
}

function unreadOf(
  account: Address,
  codeAt: Address,
  { queued }: Delay,
  chainId: number,
): readonly Unread[] {
  const reasons = [
    ...(queued === 0n
      ? []
      : [
          `${queued} queued: anyone may carry them out after the cooldown; what they do is not read`,
        ]),
    ...(codeAt === FAULTY ? ['its makers list this build, Delay 1.1.0, as faulty'] : []),
  ];
  return reasons.map((reason) => ({ account: accountId(chainId, account), reason }));
}

const announces = [
  ...modifierAnnouncements,
  ...[
    'DelaySetup(address,address,address,address)',
    'TransactionAdded(uint256,bytes32,address,uint256,bytes,uint8)',
    'TxCooldownSet(uint256)',
    'TxExpirationSet(uint256)',
    'TxNonceSet(uint256)',
  ].map(announcement),
];
