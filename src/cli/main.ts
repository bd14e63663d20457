#!/usr/bin/env node
/** The command line: arguments in, exit codes out. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { InputError, ReadError, UnreachableError, UsageError } from '../errors.ts';
import { schemas } from '../schemas.ts';
import { list, printable } from '../words.ts';
import { type CheckOptions, check } from './check.ts';
import { compare } from './compare.ts';
import { DEFAULT_ORGANISATION, type StateOptions } from './inputs.ts';
import { type MapOptions, map } from './map.ts';
import { orgInit, orgValidate } from './org.ts';
import type { OutputOptions } from './output.ts';
import { policyTest } from './policy.ts';
import { schema } from './schema.ts';

const USAGE = 64;
const BAD_INPUT = 65;
const UNREACHABLE = 69;
const BUG = 70;

const { version } = z
  .object({ version: z.string() })
  .parse(createRequire(import.meta.url)('../../package.json'));

const program = new Command('castellan')
  .description(
    'Who can take your crypto, how few it takes and how soon; and what a\ntransaction would do to that, before you sign it. Holds no keys, signs nothing.',
  )
  .version(version)
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'castellan: ')),
  })
  .configureHelp({ helpWidth: 80 })
  .addHelpText(
    'after',
    `
Examples:
  castellan check --safe-tx tx.json --rpc https://my-node.example
  castellan map 0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4 --rpc $RPC

Exit codes:
  check, compare  0 SIGN, 10 HOLD, 20 REJECT
  map             0, or the sum of 1 findings and 2 something could not be read
  policy test     0 all pass, 1 some fail
  all             64 wrong usage, 65 bad input, 69 node unreachable, 70 bug`,
  );

/** Every value of an option that may be given more than once. */
const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

/** The options that every verb which reads a chain shares. */
const readingState = (command: Command): Command =>
  command
    .option('--rpc <url>', 'read the chain from this node; name several to compare them', collect)
    .option('--quorum <number>', 'so many nodes must agree (default: a majority)')
    .option('--recording <file>', 'read the chain from a recording instead')
    .option('--block <number>', 'read this block (default: the newest)')
    .option('--chain <id>', 'fail unless the node serves this chain')
    .option('--cache <folder>', 'keep code here (default: castellan in the cache folder)')
    .option('--no-cache', 'keep no code')
    .option('--org <file>', 'your organisation (default: castellan.yaml if present)');

/** The options of every verb that answers with a document. */
const answering = (command: Command): Command =>
  command
    .option('--json', 'print JSON: see castellan schema')
    .option('-o, --output <file>', 'write to this file');

let exitCode = 0;

answering(
  readingState(
    program
      .command('check')
      .option('--safe-tx <file>', "a Safe's transaction: of its service, of an export")
      .option('--typed-data <file>', 'typed data (EIP-712), as a wallet shows it')
      .option('--tx <hex>', 'a raw transaction, signed or not; or a file with it')
      .option('--call <json>', 'from, to, value, data; or a file with them')
      .option('--message <file>', 'a text or bytes to sign (personal_sign)')
      .option('--from <address>', 'who signs or sends it, where it does not say so'),
  )
    .option('--attest <file>', 'write what was found, to compare with others')
    .option('--checker <name>', 'who checked, for --attest'),
)
  .summary('say what a signature would do to power: SIGN, HOLD or REJECT')
  .description(
    'Say what a signature would do to power, before it is given. One of the first\nfive options names what is to be signed; a file may be - for stdin.',
  )
  .addHelpText(
    'after',
    `
Examples:
  castellan check --safe-tx tx.json --rpc https://my-node.example
  curl -s "$SAFE_API/api/v2/multisig-transactions/$HASH/" |
    castellan check --safe-tx - --rpc $RPC
  castellan check --typed-data permit.json --from 0xYOU --rpc $RPC
  castellan check --tx 0x02f8… --from 0xYOU --rpc $RPC
  castellan check --call '{"to": "0x…", "data": "0x…"}' --from 0xYOU --rpc $RPC

Exit codes:
  0 SIGN     power does not change, and everything needed was read
  10 HOLD    something must be confirmed first: it says what
  20 REJECT  control passes to a stranger, or what was signed is something else

The node must offer debug_traceCall or eth_simulateV1. See docs/signing.md.`,
  )
  .action(async (options: CheckOptions) => {
    exitCode = await check(options, version);
  });

answering(
  program.command('compare').argument('<attestations...>', 'two files or more, or - for stdin'),
)
  .summary('say whether several people found the same')
  .description('Compare what several people wrote with check --attest.')
  .addHelpText(
    'after',
    `
Example:
  castellan compare alice.json bob.json

Exit codes:
  0 SIGN     as many as castellan.yaml wants found the same: it may be signed
  10 HOLD    they agree that it is held, or too few have checked
  20 REJECT  they agree that it is rejected, or they do not agree`,
  )
  .action(async (files: readonly string[], options: OutputOptions) => {
    exitCode = await compare(files, options);
  });

readingState(
  program
    .command('policy')
    .summary('test a castellan.yaml on cases')
    .description('Test a castellan.yaml on cases.')
    .command('test')
    .argument('<folder>', 'with files NAME.case.json'),
)
  .description(
    'Check every NAME.case.json of a folder, and say where the verdict is not the one\nthat it expects.',
  )
  .addHelpText(
    'after',
    `
A case names its files as the options of check name them, in the same folder:
  {"expect": "HOLD", "deciding": "unknown-payee",
   "safeTx": "tx.json", "recording": "recording.json"}

Exit codes:
  0 all pass, 1 some fail`,
  )
  .action(async (folder: string, options: StateOptions) => {
    exitCode = await policyTest(folder, options);
  });

answering(
  readingState(program.command('map'))
    .argument('[addresses...]', 'accounts to map')
    .option(
      '--format <name>',
      'text, json, md, dot, svg, mef (fault trees) or opengraph (BloodHound); text if none is named',
    ),
)
  .summary('say who can take each account, how few, how soon')
  .description(
    'Say who can take each account, the fewest it takes and how soon. Without an\naddress: the positions of castellan.yaml.',
  )
  .addHelpText(
    'after',
    `
Examples:
  castellan map 0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4 --rpc $RPC
  castellan map --rpc $RPC --format svg -o power.svg
  castellan map --rpc $RPC --format mef -o power.xml

Exit codes:
  0 nothing found, and everything was read; else the sum of
  1 findings: anyone can take a position, one holder alone within a day, or
             the nodes disagree
  2 incomplete: something could not be read, or not every coalition examined`,
  )
  .action(async (addresses: readonly string[], options: MapOptions) => {
    exitCode = await map(addresses, options);
  });

const org = program
  .command('org')
  .summary('begin or check castellan.yaml, which says what is yours')
  .description(
    'Begin or check a castellan.yaml: your positions, payees, contracts, people,\ndevices, vendors, keys, assets and policy.',
  );

org
  .command('init')
  .description('Write a castellan.yaml that shows what can be said. Never overwrites.')
  .argument('[file]', 'where to write it', DEFAULT_ORGANISATION)
  .action(async (path: string) => {
    exitCode = await orgInit(path);
  });

org
  .command('validate')
  .description('Say what is understood of a castellan.yaml, or all that is wrong with it.')
  .argument('[file]', 'what to read; - for stdin', DEFAULT_ORGANISATION)
  .addHelpText('after', '\nExit codes:\n  0 sound, 65 not')
  .action(async (path: string) => {
    exitCode = await orgValidate(path);
  });

program
  .command('schema')
  .summary('print the JSON Schema of a document')
  .description('Print the JSON Schema of a document.')
  .argument('<name>', list(Object.keys(schemas), 'or'))
  .action((name: string) => {
    exitCode = schema(name);
  });

try {
  await program.parseAsync();
} catch (error) {
  exitCode = report(error);
}
process.exitCode = exitCode;

/** Says what went wrong in one line for each objection; returns the exit code. */
function report(error: unknown): number {
  // Commander has written its own message by now; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  const say = (message: string): void => {
    process.stderr.write(`castellan: ${printable(message).replaceAll('\n', '\ncastellan: ')}\n`);
  };
  if (error instanceof UsageError) {
    say(`${error.message}; see castellan --help`);
    return USAGE;
  }
  if (error instanceof InputError) {
    say(error.message);
    return BAD_INPUT;
  }
  if (error instanceof UnreachableError || error instanceof ReadError) {
    say(error.message);
    return UNREACHABLE;
  }
  say(
    `a bug in Castellan: please report it\n${error instanceof Error ? error.stack : String(error)}`,
  );
  return BUG;
}
