/**
 * The wards of MakerDAO's contracts: each passes every check that the code makes of its caller, and makes
 * others wards by `rely`. Logs say who may be one, `wards` says who is. Early contracts log by notes, and
 * not whom they made a ward when they were deployed.
 *
 * @see https://github.com/makerdao/dss/blob/master/src/vat.sol
 */
import {
  type Address,
  encodeAbiParameters,
  getAddress,
  type Hex,
  keccak256,
  pad,
  parseAbi,
  toEventSelector,
  toFunctionSelector,
  zeroAddress,
} from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, anyOf, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, slot } from '../values.ts';
import { askView } from '../view-function.ts';

const abi = parseAbi(['function wards(address usr) view returns (uint256)']);

const RELY = 'rely(address)';
const DENY = 'deny(address)';
const RELY_EVENT = 'Rely(address)';

/** A note of a call is logged with its selector, padded on the right, as first topic. */
const NOTES: readonly Hex[] = [RELY, DENY].map((signature) =>
  pad(toFunctionSelector(signature), { dir: 'right', size: 32 }),
);

/** More accounts that may be wards than this are refused. */
const MAX_CANDIDATES = 500;
/** How far into storage the mapping of wards is looked for. */
const MAX_SLOT = 63;

export const wards: Reader = {
  id: 'wards',
  refuses: [
    'a contract with wards() but without rely() and deny()',
    'a contract whose wards() answers anything but 1',
  ],
  read: async ({ account, code }, state) => {
    if (!offers(code, 'wards(address)', RELY, DENY)) return null;
    const id = accountId(state.chainId, account);
    const [{ value, evidence }, mapping] = await Promise.all([
      observe(state, (view) => readWards(view, account)),
      wardsSlot(state, account),
    ]);
    const logsAll = code.includes(toEventSelector(RELY_EVENT).slice(2));
    return {
      kind: 'wards',
      rules:
        value.length === 0
          ? []
          : [
              {
                grants: role(id, 'ward'),
                requires: anyOf(...value.map((ward) => act(accountId(state.chainId, ward)))),
                reader: 'wards',
                functions: [RELY, DENY],
                evidence,
              },
            ],
      covers: selectorsOf(RELY, DENY),
      explains: (guard) =>
        guard.type === 'member' &&
        guard.mapping === mapping &&
        guard.keys.length === 1 &&
        guard.keys[0] === 'caller' &&
        guard.equals !== slot(0n)
          ? role(id, 'ward')
          : null,
      delegatesTo: [],
      announces,
      unread: logsAll
        ? []
        : [{ account: id, reason: 'a ward that it was deployed with is in none of its logs' }],
    };
  },
};

/** Every ward, in the order in which the logs name them. */
async function readWards(state: State, account: Address): Promise<readonly Address[]> {
  const logs = await Promise.all(
    [toEventSelector(RELY_EVENT), ...NOTES].map((topic) =>
      state.logs({ account, topics: [topic], fromBlock: 0n }),
    ),
  );
  // A note names the one who called, too, who was a ward then.
  const named = logs.flat().flatMap(({ topics: [, first, second] }) => [first, second]);
  const candidates = [
    ...new Set(named.flatMap((each) => (each === undefined ? [] : [addressOf(each)]))),
  ].filter((each) => each !== zeroAddress);
  if (candidates.length > MAX_CANDIDATES) {
    throw new ReadError(`more than ${MAX_CANDIDATES} accounts may be wards of ${account}`);
  }
  const answers = await Promise.all(
    candidates.map((each) => askView(state, account, abi, 'wards', [each])),
  );
  return candidates.filter((_, index) => answers[index] === 1n);
}

/** Nobody's account, to ask after a ward that there cannot be. */
const PROBE = getAddress('0xca57e11a00000000000000000000000000000001');

/**
 * The slot of the mapping of wards: `wards` is asked with a number of its own in every slot where the
 * mapping may lie, and answers with the one that it reads. `null` where it reads none of them.
 */
async function wardsSlot(state: State, account: Address): Promise<Hex | null> {
  const storage = Object.fromEntries(
    Array.from({ length: MAX_SLOT + 1 }, (_, index): [Hex, Hex] => [
      keccak256(
        encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [PROBE, BigInt(index)]),
      ),
      slot(BigInt(index + 1)),
    ]),
  );
  try {
    const overrides = { [account]: { storage } };
    const answer = await askView(state, account, abi, 'wards', [PROBE], overrides);
    return answer >= 1n && answer <= BigInt(MAX_SLOT + 1) ? slot(answer - 1n) : null;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return null;
  }
}

const announces: readonly Announcement[] = [RELY_EVENT, 'Deny(address)'].map(announcement);
