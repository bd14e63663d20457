/** An address that looks like one that is known: made to be taken for it (Request Finance, Superfortune). */
import type { Address } from 'viem';
import { zeroAddress } from 'viem';
import { addressIn } from '../../chains/evm/values.ts';
import type { Facts, Finding, Outcome } from '../facts.ts';

export const lookAlike: Finding = {
  id: 'look-alike',
  severity: 'critical',
  decision: 'REJECT',
  about: 'effects',
  find: (facts) => {
    if (!facts.outcome.simulated) return [];
    const known = knownTo(facts);
    return namedBy(facts.outcome)
      .filter((address) => !known.has(address))
      .flatMap((address) => {
        const original = [...known.keys()].find((each) => endsOf(each) === endsOf(address));
        if (original === undefined) return [];
        const name = known.get(original) ?? original;
        return [
          {
            title: `${address} looks like ${name}`,
            sentence: `${address} is made to look like ${name} (${original}).`,
            detail:
              'Their first and last four digits are the same, and the rest is not. By chance that happens once in four billion times; people who compare the ends of an address take one for the other.',
            toSign: `The account that is meant: ${original}.`,
            evidence: [{ read: `looks like ${original}`, value: address }],
          },
        ];
      });
  },
};

const endsOf = (address: Address): string =>
  `${address.slice(2, 6)} ${address.slice(-4)}`.toLowerCase();

/** Every account that the organisation names or that holds power before, and what it is called. */
function knownTo({ chainId, organisation, before, outcome }: Facts): ReadonlyMap<Address, string> {
  const { positions, accounts, payees, contracts, keys } = organisation;
  const touched = outcome.simulated ? outcome.touched.before.found : [];
  return new Map([
    ...[...before.found, ...touched].map(
      ({ frame }) => [frame.account, frame.account] as [Address, string],
    ),
    ...keys.map(({ address }) => [address, `the key ${address}`] as [Address, string]),
    ...[...contracts, ...payees, ...accounts, ...positions].flatMap(
      ({ account, name }): readonly [Address, string][] => {
        const address = addressIn(chainId, account);
        return address === null ? [] : [[address, name]];
      },
    ),
  ]);
}

/** Every account that it pays, calls, lets spend, or gives power. */
const namedBy = ({
  payments,
  calls,
  approvals,
  actors,
  after,
  touched,
}: Outcome): readonly Address[] =>
  [
    ...new Set([
      ...payments.flatMap(({ from, to }) => [from, to]),
      ...calls.filter(({ from }) => actors.includes(from)).map(({ to }) => to),
      ...approvals.map(({ allowance }) => allowance.spender),
      ...[...after.found, ...touched.after.found].map(({ frame }) => frame.account),
    ]),
  ].filter((address) => address !== zeroAddress);
