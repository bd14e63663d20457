import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNERS, rebuild, WALLET } from '../../incidents/bybit-2025-02/rebuild.ts';
import { account } from '../support/accounts.ts';
import type { LocalChain } from '../support/local-chain.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';
import { signersPicture } from '../support/terminal-picture.ts';

const INCIDENT = 'incidents/bybit-2025-02';
/** An account whose code nobody can read. */
const OPAQUE = account(0x0b);
const FROM_RECORDING = [
  '--recording',
  `${INCIDENT}/recording.json`,
  '--org',
  `${INCIDENT}/castellan.yaml`,
];

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, as users do. */
const run = (
  args: readonly string[],
  options: { stdin?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Run> =>
  new Promise((done) => {
    const { stdin = '', env = { NO_COLOR: '1' }, cwd = '.' } = options;
    const child = execFile(
      process.execPath,
      [resolve('dist/cli/main.js'), ...args],
      {
        cwd,
        env: { PATH: process.env['PATH'], XDG_CACHE_HOME: folder, ...env },
        maxBuffer: 1 << 26,
      },
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    child.stdin?.end(stdin);
  });

const check = (name: string, ...more: readonly string[]) =>
  run(['check', '--safe-tx', `${INCIDENT}/${name}.json`, ...FROM_RECORDING, ...more]);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'castellan-'));
});

afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe('check', () => {
  test.each([
    ['malicious', 20, 'REJECT  do not sign this'],
    ['shown', 20, 'REJECT  do not sign this'],
    ['transfer', 0, 'SIGN  compare the hashes with your device, then sign'],
  ])('%s exits with %i', async (name, code, firstLine) => {
    const result = await check(name);
    expect(result.code).toBe(code);
    expect(result.stdout.split('\n')[0]).toBe(firstLine);
    expect(result.stderr).toBe('');
  });

  test('exits with 10 for what must be confirmed first', async () => {
    const unlisted = await file('empty.yaml', '');
    const transfer = `${INCIDENT}/transfer.json`;
    const recording = `${INCIDENT}/recording.json`;
    const result = await run([
      'check',
      '--safe-tx',
      transfer,
      '--recording',
      recording,
      '--org',
      unlisted,
    ]);
    expect(result.code).toBe(10);
    expect(result.stdout).toContain('unknown-payee');
  });

  test('fits an 80-column terminal', async () => {
    for (const name of ['malicious', 'shown', 'transfer']) {
      const { stdout } = await check(name);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  test('reads the transaction from standard input', async () => {
    const stdin = await readFile(`${INCIDENT}/malicious.json`, 'utf8');
    expect((await run(['check', '--safe-tx', '-', ...FROM_RECORDING], { stdin })).code).toBe(20);
  });

  test('refuses more than it needs from standard input', async () => {
    const stdin = ' '.repeat((1 << 20) + 1);
    const result = await run(['check', '--safe-tx', '-', ...FROM_RECORDING], { stdin });
    expect(result.code).toBe(65);
    expect(result.stderr).toBe('castellan: standard input: expected at most 1048576 bytes\n');
  });

  test('writes JSON to a file, byte for byte the same each time', async () => {
    const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')];
    for (const output of [one, two])
      expect((await check('malicious', '--json', '-o', output)).code).toBe(20);
    const written = await readFile(one, 'utf8');
    expect(written).toBe(await readFile(two, 'utf8'));
    expect(JSON.parse(written)).toMatchObject({
      schema: 'castellan.verdict/1',
      decision: 'REJECT',
    });
  });

  test('uses colour only where it is asked for', async () => {
    const transfer = ['check', '--safe-tx', `${INCIDENT}/transfer.json`, ...FROM_RECORDING];
    expect((await run(transfer, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
    expect((await run(transfer, { env: {} })).stdout).not.toContain('\u001b[');
  });

  test('a transaction that was not recorded is held, not signed', async () => {
    const other = {
      ...JSON.parse(await readFile(`${INCIDENT}/transfer.json`, 'utf8')),
      value: '1',
      safeTxHash: null,
    };
    const path = await file('other.json', JSON.stringify(other));
    const result = await run(['check', '--safe-tx', path, ...FROM_RECORDING]);
    expect(result.code).toBe(10);
    expect(result.stdout).toContain('the transaction could not be simulated');
  });
});

describe('against a live node', () => {
  let chain: LocalChain;

  beforeAll(async () => {
    chain = await rebuild();
    await chain.set({ [OPAQUE]: { code: OPAQUE_CODE } });
  });

  afterAll(() => chain.stop());

  test.each(['malicious', 'shown', 'transfer'])(
    'the JSON on %s is the same but for the source',
    async (name) => {
      const transaction = `${INCIDENT}/${name}.json`;
      const org = `${INCIDENT}/castellan.yaml`;
      const live = await run([
        'check',
        '--safe-tx',
        transaction,
        '--rpc',
        chain.url,
        '--org',
        org,
        '--json',
      ]);
      const recorded = await check(name, '--json');
      expect(live.code).toBe(recorded.code);
      const withoutSource = (json: string) =>
        json
          .split('\n')
          .filter((line) => !line.startsWith('  "source": '))
          .join('\n');
      expect(live.stdout).not.toBe(recorded.stdout);
      expect(withoutSource(live.stdout)).toBe(withoutSource(recorded.stdout));
    },
  );

  test('another chain than the one asked for is refused', async () => {
    const result = await run(['map', WALLET, '--rpc', chain.url, '--chain', '10']);
    expect(result.code).toBe(65);
    expect(result.stderr).toMatch(
      /^castellan: 127\.0\.0\.1:\d+: it serves chain 1, expected 10\n$/,
    );
  });

  test('a position that one key takes at once ends in 1', async () => {
    const [owner = WALLET] = OWNERS;
    const result = await run(['map', owner, '--rpc', chain.url]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('high taken-by-one');
  });

  test('findings and what could not be read add up to 3', async () => {
    const [owner = WALLET] = OWNERS;
    expect((await run(['map', owner, OPAQUE, '--rpc', chain.url])).code).toBe(3);
  });

  test('an account that nobody can read ends in 2, and is named first', async () => {
    const result = await run(['map', OPAQUE, '--rpc', chain.url]);
    expect(result.code).toBe(2);
    expect(result.stdout.split('\n')[2]).toBe('1 account could not be read; more may hold power:');
  });
});

test('the README opens with the verdict as it prints', async () => {
  expect(await readFile('README.md', 'utf8')).toContain((await check('malicious')).stdout);
});

test('the picture of the page for signers is the terminal: npm run pictures', async () => {
  expect(await readFile('docs/images/check.svg', 'utf8')).toBe(await signersPicture());
});

test('no name of ours moves the cursor either', async () => {
  const wallet = `eip155:1:${WALLET}`;
  const payee = 'eip155:1:0x88a1493366D48225fc3cEFbdae9eBb23E323Ade3';
  const org = await file(
    'hostile.yaml',
    `positions: [{account: "${wallet}", name: "\\e[2Jcold"}]\npayees: [{account: "${payee}", name: "\\e[2J\\u202Ewarm"}]\n`,
  );
  const recording = `${INCIDENT}/recording.json`;
  for (const verb of [['map'], ['check', '--safe-tx', `${INCIDENT}/transfer.json`]]) {
    const { stdout } = await run([...verb, '--recording', recording, '--org', org]);
    expect(stdout).toContain('\\u{1b}[2J');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

describe('map', () => {
  test('takes the positions of castellan.yaml where no account is named', async () => {
    const result = await run(['map', ...FROM_RECORDING]);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('act needs 3 of 6 owners: [safe, 11 reads]');
    expect(Math.max(...result.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
      80,
    );
  });

  test('prints JSON', async () => {
    const { stdout } = await run(['map', WALLET, ...FROM_RECORDING, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'castellan.power/1', unread: [] });
    const longer = ['map', WALLET, ...FROM_RECORDING, '--format', 'json'];
    expect((await run(longer)).stdout).toBe(stdout);
  });

  test.each([
    ['text', /^Power {2}chain 1, block 21895237, /],
    ['md', /^# Who can take what\n\nChain 1, block 21895237 /],
    ['dot', /^digraph castellan \{\n/],
    ['svg', /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /],
    ['mef', /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<opsa-mef name="castellan">\n/],
    ['opengraph', /^\{\n {2}"metadata": \{\n {4}"source_kind": "Castellan"\n/],
  ])('prints %s, byte for byte the same each time', async (format, start) => {
    const args = ['map', ...FROM_RECORDING, '--format', format];
    const { stdout, code } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(start);
    expect((await run(args)).stdout).toBe(stdout);
  });
});

test('schema prints what is published', async () => {
  const { stdout, code } = await run(['schema', 'verdict']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile('schemas/verdict.json', 'utf8')));
});

describe('org', () => {
  test('init writes a file that validate understands, and never over another', async () => {
    const path = join(folder, 'new.yaml');
    expect((await run(['org', 'init', path])).code).toBe(0);
    const again = await run(['org', 'init', path]);
    expect(again.code).toBe(65);
    expect(again.stderr).toBe(`castellan: ${path}: it exists, and is left as it is\n`);
    const understood = await run(['org', 'validate', path]);
    expect(understood.code).toBe(0);
    expect(understood.stdout).toContain('is sound.\n  positions   0\n');
  });

  test('validate says what it understood', async () => {
    const { stdout, code } = await run(['org', 'validate', `${INCIDENT}/castellan.yaml`]);
    expect(code).toBe(0);
    expect(stdout).toContain('  positions   1: Cold wallet\n');
    expect(stdout).toContain('  payees      2: Warm wallet 1 and Warm wallet 2\n');
  });

  test('validate says what is used and what is expected', async () => {
    const stdin = await readFile('docs/castellan-yaml.md', 'utf8');
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(stdin) ?? [];
    const { stdout } = await run(['org', 'validate', '-'], { stdin: example });
    expect(stdout).toContain('  contracts   1: Lending pool (2 functions, 1 allowance)\n');
    expect(stdout).toContain('  changes     1: Treasury\n  checkers    2\n');
  });

  test('validate says all that is wrong, each with its line', async () => {
    const stdin = 'payes: []\npeople:\n  - id: kim\nkeys:\n  - {address: "0x12"}\n';
    const { stderr, code } = await run(['org', 'validate', '-'], { stdin });
    expect(code).toBe(65);
    expect(stderr.split('\n')).toEqual([
      'castellan: standard input:5: keys.0.address: expected an address: 0x and 40 hex digits',
      'castellan: standard input:1: payes: unknown key; did you mean payees?',
      '',
    ]);
  });
});

describe('help', () => {
  test.each([
    [['--help']],
    [['check', '--help']],
    [['compare', '--help']],
    [['policy', 'test', '--help']],
    [['map', '--help']],
    [['org', '--help']],
    [['schema', '--help']],
    [['org', 'validate', '--help']],
  ])('%j fits 80 columns', async (args) => {
    const { stdout, code } = await run(args);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('errors are one clear line, on standard error', () => {
  const recording = ['--recording', `${INCIDENT}/recording.json`];
  const transaction = ['--safe-tx', `${INCIDENT}/malicious.json`];

  test.each([
    ['no verb', [], 64, /Usage: castellan/],
    ['an unknown verb', ['sign'], 64, /^castellan: unknown command 'sign'/],
    [
      'nothing to check',
      ['check'],
      64,
      /^castellan: say what is to be signed, by one of --safe-tx, --typed-data, --tx, --call or --message; /,
    ],
    [
      'two things to check',
      ['check', ...transaction, '--message', 'README.md'],
      64,
      /^castellan: say what is to be signed, by one of /,
    ],
    [
      'a signer with a changed digit',
      ['check', '--message', 'README.md', '--from', WALLET.replace('1D', '2D')],
      64,
      /^castellan: --from: the checksum of this address is wrong: a digit was changed; /,
    ],
    [
      'an attestation by nobody',
      ['check', ...transaction, ...recording, '--attest', 'a.json'],
      64,
      /^castellan: give --attest FILE and --checker NAME together; /,
    ],
    [
      'a checker without a name',
      ['check', ...transaction, ...recording, '--attest', 'a.json', '--checker', ''],
      64,
      /^castellan: --checker: expected a name of 1 to 200 characters; /,
    ],
    [
      'no place to read from',
      ['check', ...transaction],
      64,
      /say where to read the chain: --rpc URL, or --recording FILE/,
    ],
    [
      'an unknown format',
      ['map', WALLET, ...recording, '--format', 'pdf'],
      64,
      /--format: expected text, md, dot, svg, mef, opengraph or json/,
    ],
    [
      'two formats',
      ['map', WALLET, ...recording, '--json', '--format', 'md'],
      64,
      /give --json or --format, not both/,
    ],
    ['two places', ['check', ...transaction, ...recording, '--rpc', 'http://x'], 64, /not both/],
    ['a URL that is none', ['map', '--rpc', 'node'], 64, /--rpc: expected an http or https URL/],
    ['an address that is none', ['map', '0x12', ...recording], 64, /0x12: expected an address/],
    [
      'an address with a changed digit',
      ['map', WALLET.replace('1D', '2D'), ...recording],
      64,
      /the checksum of this address is wrong/,
    ],
    [
      'a block that is none',
      ['map', WALLET, ...recording, '--block', '-1'],
      64,
      /--block: expected a whole number/,
    ],
    ['nothing to map', ['map', ...recording], 64, /name an account, or list positions of chain 1/],
    [
      'a schema that every object has',
      ['schema', 'constructor'],
      64,
      /no schema is called constructor/,
    ],
    [
      'an unknown schema',
      ['schema', 'alert'],
      64,
      /no schema is called alert: expected org, attestation, comparison, power or verdict/,
    ],
    [
      'a file that is not there',
      ['check', '--safe-tx', 'nowhere.json', ...recording],
      65,
      /^castellan: nowhere\.json: no such file\n$/,
    ],
    [
      'a file that is no JSON',
      ['check', '--safe-tx', 'README.md', ...recording],
      65,
      /README\.md: expected JSON/,
    ],
    [
      'JSON that is no transaction',
      ['check', '--safe-tx', 'package.json', ...recording],
      65,
      /^castellan: package\.json: safe: missing: expected an address/,
    ],
    [
      'JSON that is no recording',
      ['check', ...transaction, '--recording', 'package.json'],
      65,
      /package\.json: schema: /,
    ],
    [
      'a node that does not answer',
      ['map', WALLET, '--rpc', 'http://127.0.0.1:1'],
      69,
      /127\.0\.0\.1:1 does not answer eth_/,
    ],
    [
      'a wallet that was not recorded',
      ['map', '0x00000000000000000000000000000000DeaDBeef', ...recording],
      69,
      /holds no answer to eth_getBalance/,
    ],
  ] as const)('%s', async (_, args, code, message) => {
    const result = await run(args);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
  });

  test('what an attacker wrote cannot move the cursor or turn the text', async () => {
    const path = await file('hostile.json', '{"\u202e\\u001b[2J": ');
    const hostile = join(folder, 'nowhere\u001b[2J\u202e.json');
    for (const name of [path, hostile]) {
      const { stderr } = await run(['check', '--safe-tx', name, ...recording]);
      expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});
