/** What castellan.yaml lets pass: whom it lists, what may be called there, what may be allowed to them. */
import { type Address, parseUnits, toFunctionSelector } from 'viem';
import type { Allowance } from '../chains/evm/allowances.ts';
import { knownFunction } from '../chains/evm/functions.ts';
import { accountId } from '../chains/evm/values.ts';
import type { Organisation } from '../org/org.ts';
import { leavesBehind } from '../power/graph.ts';
import { act, nodeId, type Requirement, type Rule, taking } from '../power/model.ts';
import type { ChangeSeen } from './facts.ts';

/** Whether an account is listed, whatever as. */
export function isListed(
  { positions, accounts, payees, contracts }: Organisation,
  chainId: number,
  account: Address,
): boolean {
  const id = accountId(chainId, account);
  return [...positions, ...accounts, ...payees, ...contracts].some((each) => each.account === id);
}

/** Whether an account is the organisation's own. */
export function isOwn(
  { positions, accounts }: Organisation,
  chainId: number,
  account: Address,
): boolean {
  const id = accountId(chainId, account);
  return [...positions, ...accounts].some((each) => each.account === id);
}

/**
 * Whether a call is to the organisation's own account, or to a contract that it uses: of a function that
 * it names; where it names none, of any whose effect shows, which those that move authority do only where
 * power over it is read in full.
 */
export function isUsed(
  { positions, accounts, contracts }: Organisation,
  chainId: number,
  to: Address,
  selector: string,
  isReadInFull: () => boolean,
): boolean {
  const id = accountId(chainId, to);
  const used: readonly Organisation['contracts'][number][] = [
    ...contracts,
    ...positions,
    ...accounts,
  ];
  const contract = used.find(({ account }) => account === id);
  if (contract === undefined) return false;
  if (contract.functions !== undefined) {
    return contract.functions.some((signature) => toFunctionSelector(signature) === selector);
  }
  return !UNSHOWN.has(selector) && (!movesAuthority(selector) || isReadInFull());
}

/**
 * Functions whose effect shows in no power here: an account agrees to something that the call does not
 * tell, other code of a known kind runs, another chain is believed, or a setting comes into force later.
 */
const UNSHOWN: ReadonlySet<string> = new Set(
  [
    ...['approveHash(bytes32)', 'signMessage(bytes)', 'confirmTransaction(uint256)'],
    ...['setFallbackHandler(address)', 'changeMasterCopy(address)'],
    ...['setPeer(uint32,bytes32)', 'setTrustedRemote(uint16,bytes)'],
    ...['setTargetAdminDelay(address,uint32)', 'setGrantDelay(uint64,uint32)'],
  ].map((signature) => toFunctionSelector(signature)),
);

/** Whether the field knows a function as one that hands on power or settings. */
export function movesAuthority(selector: string): boolean {
  const action = knownFunction(selector as `0x${string}`)?.action ?? null;
  return action !== null && !ORDINARY.has(action);
}

/** `act` is what withdraws; whose it is shows in the payments. */
const ORDINARY: ReadonlySet<string> = new Set(['act']);

/** Whether an allowance is within what castellan.yaml lets its spender have. */
export function isAllowed(
  { contracts, assets }: Organisation,
  chainId: number,
  { spender, value }: Allowance,
): boolean {
  const id = accountId(chainId, spender);
  const limits = contracts.find(({ account }) => account === id)?.allowances ?? [];
  return limits.some(({ asset, amount }) => {
    if (asset !== value.spend) return false;
    if (amount === 'unlimited') return true;
    const listed = assets.find((each) => each.asset === asset);
    return listed !== undefined && value.limit <= parseUnits(amount, listed.decimals);
  });
}

/**
 * Whether castellan.yaml expects a change: it names all who gain and had no part, and no fewer than it
 * says gain it, no sooner.
 */
export function isExpectedChange({ policy }: Organisation, change: ChangeSeen): boolean {
  const { account, gained, before, after } = change;
  const expected = policy.changes.find((each) => each.account === account);
  if (expected === undefined || gained.length === 0) return false;
  const behind = (rules: readonly Rule[], goal: Requirement): readonly string[] =>
    leavesBehind(rules, goal).map(nodeId);
  const known = new Set([
    ...behind(before.rules, taking(before.rules, account)),
    ...expected.holders.flatMap((holder) => behind(after.rules, act(holder))),
  ]);
  return gained.every(
    ({ leaves, seconds }) =>
      leaves.length >= expected.fewest &&
      seconds >= expected.soonest &&
      leaves.every((leaf) => known.has(nodeId(leaf))),
  );
}
