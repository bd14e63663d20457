/** Accounts, amounts and names as people are told of them; fit to show what an attacker wrote. */
/** Enough of an address to tell it from others on a line; never the only form that is shown. */
export const short = (account: string): string => `${account.slice(0, 10)}…${account.slice(-5)}`;

/** The account in a CAIP-10 id, in full. */
export const fullId = (id: string): string => id.split(':').at(-1) ?? id;

/** The account in a CAIP-10 id, short. */
export const shortId = (id: string): string => short(fullId(id));

/** An amount in base units as people write it: `401,346.768858404671846374`. */
export function formatAmount(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(?:\d{3})+$)/g, ',');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Seconds since 1970 as people write them: `2025-02-21 14:13:23 UTC`. */
export function utc(seconds: number): string {
  const [day = '', time = ''] = new Date(seconds * 1000).toISOString().split(/[T.]/);
  return `${day} ${time} UTC`;
}

/** "1 owner", "3 owners", "2 people". */
export const count = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${amount} ${amount === 1 ? noun : plural}`;

/** "a, b and c"; "a, b or c". */
export function list(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/**
 * Everything that moves the cursor, hides, or turns the direction of text; lone surrogates; private use;
 * what is no character, which XML does not take.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{NChar}]/gu;

/** The same text with each unprintable character shown as its code; line breaks stay. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A document with every string in it made printable. */
export function printableAll<T>(document: T): T {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  );
}

/** US dollars in full: `1234567.80` as `$1,234,567.80`. */
export function formatUsd(usd: string): string {
  const [whole = '0', cents = '00'] = usd.split('.');
  return `$${formatAmount(BigInt(whole), 0)}.${cents}`;
}

/** US dollars in three digits, cut: `$1.46B`, `$285M`, `$12.3k`, `$950`. */
export function briefUsd(usd: string): string {
  const [whole = '0'] = usd.split('.');
  const dollars = BigInt(whole);
  for (const [unit, size] of UNITS) {
    if (dollars < 10n ** size) continue;
    const lead = dollars / 10n ** (size - 2n);
    const digits =
      lead < 1_000n ? lead : lead < 10_000n ? lead - (lead % 10n) : lead - (lead % 100n);
    return `$${formatAmount(digits, 2)}${unit}`;
  }
  return `$${dollars}`;
}

const UNITS: readonly (readonly [string, bigint])[] = [
  ['B', 9n],
  ['M', 6n],
  ['k', 3n],
];
