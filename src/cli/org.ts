/** `castellan org`: begin a castellan.yaml, and read back what one says. */
import { writeFile } from 'node:fs/promises';
import { InputError, reasonOf } from '../errors.ts';
import { type Organisation, parseOrganisation } from '../org/org.ts';
import { namesIn } from '../org/rules.ts';
import { TEMPLATE } from '../org/template.ts';
import { count, list, printable, printableAll, shortId } from '../words.ts';
import { inputName, readText } from './inputs.ts';
import { fields, heading, paragraph } from './text.ts';

/** `castellan org init`: returns the exit code. */
export async function orgInit(path: string): Promise<number> {
  try {
    await writeFile(path, TEMPLATE, { flag: 'wx' });
  } catch (error) {
    const reason = reasonOf(error);
    throw new InputError(
      path,
      /^EEXIST/.test(reason) ? 'it exists, and is left as it is' : `cannot be written: ${reason}`,
    );
  }
  process.stdout.write(`${printable(path)} is written: open it, then run castellan org validate\n`);
  return 0;
}

/** `castellan org validate`: returns the exit code. */
export async function orgValidate(path: string): Promise<number> {
  const organisation = parseOrganisation(inputName(path), await readText(path));
  process.stdout.write(organisationText(inputName(path), organisation));
  return 0;
}

/** What was understood, on one screen. */
function organisationText(path: string, declared: Organisation): string {
  const organisation = printableAll(declared);
  const { positions, accounts, payees, contracts, people, devices, vendors } = organisation;
  const { keys, assets, policy } = organisation;
  const keysOf = (kind: 'person' | 'vendor', id: string): string =>
    count(keys.filter((key) => holdersOf(organisation, key)[kind].includes(id)).length, 'key');
  const unclaimed = keys.filter((key) => holdersOf(organisation, key).person.length === 0);
  return [
    heading(paragraph(`${path} is sound.`)),
    fields([
      ['positions', shown(positions.map(({ name }) => name))],
      ['accounts', shown(accounts.map(({ name }) => name))],
      ['payees', shown(payees.map(({ name }) => name))],
      ['contracts', shown(contracts.map((contract) => `${contract.name} (${useOf(contract)})`))],
      ['people', shown(people.map(({ id, name = id }) => `${name} (${keysOf('person', id)})`))],
      ['devices', shown(devices.map(({ id, kind }) => `${id} (${kind})`))],
      ['vendors', shown(vendors.map(({ id, name }) => `${name} (${keysOf('vendor', id)})`))],
      [
        'keys',
        `${keys.length}${unclaimed.length === 0 ? '' : `, ${unclaimed.length} of no person`}`,
      ],
      ['assets', shown(assets.map((asset) => `${asset.symbol} (${priceOf(asset)})`))],
      ['changes', shown(policy.changes.map(({ account }) => nameOf(account, organisation)))],
      ['checkers', String(policy.checkers)],
    ]),
    '',
  ].join('\n');
}

/** At most this many of a kind are named. */
const MAX_SHOWN = 6;

function shown(items: readonly string[]): string {
  const rest = items.length - MAX_SHOWN;
  const named = rest > 0 ? [...items.slice(0, MAX_SHOWN), `${rest} more`] : items;
  return items.length === 0 ? '0' : `${items.length}: ${list(named)}`;
}

/** Who has a key, by themselves or by its device. */
function holdersOf(
  { devices }: Organisation,
  key: Organisation['keys'][number],
): { readonly person: readonly string[]; readonly vendor: readonly string[] } {
  const device = devices.find(({ id }) => id === key.device);
  return {
    person: [key.person, device?.person].filter((id) => id !== undefined),
    vendor: [...key.vendors, ...(device?.vendors ?? [])],
  };
}

const priceOf = ({ price, feed }: Organisation['assets'][number]): string =>
  price === undefined ? (feed === undefined ? 'no price' : 'by a feed') : `$${price.usd}`;

const useOf = ({ functions, allowances = [] }: Organisation['contracts'][number]): string =>
  [
    functions === undefined ? 'any function' : count(functions.length, 'function'),
    ...(allowances.length === 0 ? [] : [count(allowances.length, 'allowance')]),
  ].join(', ');

const nameOf = (account: string, organisation: Organisation): string =>
  namesIn(organisation).get(account) ?? shortId(account);
