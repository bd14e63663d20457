/**
 * EIP-2535 diamonds: each function runs on one of several facets, and `diamondCut` replaces them. Read
 * from storage; no loupe is believed.
 *
 * @see https://eips.ethereum.org/EIPS/eip-2535
 */
import { type Address, zeroAddress } from 'viem';
import {
  act,
  type Evidence,
  leaf,
  power,
  type Requirement,
  type Rule,
} from '../../../power/model.ts';
import { delegates } from '../bytecode/instructions.ts';
import { publishedCode } from '../bytecode/published.ts';
import { keepsDiamond, readDiamond } from '../diamond.ts';
import { observe } from '../evidence.ts';
import { announcement, type Reader } from '../reader.ts';
import { accountId } from '../values.ts';

export const diamond: Reader = {
  id: 'diamond',
  refuses: ['a facet on its own', 'a contract that names the storage of a diamond and keeps none'],
  read: async ({ account, codeAt, code }, state) => {
    if (account !== codeAt || !keepsDiamond(code) || !delegates(code)) return null;
    const { value, evidence } = await observe(state, (view) => readDiamond(account, code, view));
    if (value === null || value.facets.size === 0) return null;
    const { facets, fallback, cut, owners, ownerCuts } = value;

    const id = accountId(state.chainId, account);
    const cutId = accountId(state.chainId, cut);
    const rule = (grants: Rule['grants'], requires: Requirement): Rule => ({
      grants,
      requires,
      reader: 'diamond',
      functions: ['diamondCut((address,uint8,bytes4[])[],address,bytes)'],
      evidence,
    });
    const isCuttable = cut !== zeroAddress;
    const cutters = ownerCuts
      ? owners.map((owner) => act(accountId(state.chainId, owner)))
      : [leaf('opaque', cutId)];
    return {
      kind: 'EIP-2535 diamond',
      rules: isCuttable
        ? [
            ...cutters.map((cutter) => rule(power(id, 'upgrade'), cutter)),
            rule(act(id), power(id, 'upgrade')),
          ]
        : [],
      covers: publishedCode(code)?.name === 'Diamond' ? 'all' : [],
      delegatesTo: [
        ...[...facets].map(([facet, reaches]) => ({
          codeAt: facet,
          reaches,
          evidence: naming(facet, evidence),
        })),
        ...(fallback === zeroAddress
          ? []
          : [{ codeAt: fallback, evidence: naming(fallback, evidence) }]),
      ].filter((facet) => facet.codeAt !== account),
      announces: [
        announcement('DiamondCut((address,uint8,bytes4[])[],address,bytes)'),
        announcement('OwnershipTransferred(address,address)'),
      ],
      unread:
        isCuttable && !ownerCuts
          ? [{ account: cutId, reason: `who may cut the diamond ${account} with it is not known` }]
          : [],
    };
  },
};

/** The reads whose answer names an account. */
const naming = (account: Address, evidence: readonly Evidence[]): readonly Evidence[] =>
  evidence.filter(({ value }) => value.includes(account.slice(2).toLowerCase()));
