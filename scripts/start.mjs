// The first look: checks the transaction that took Bybit's wallet, against the recording of it.
import { spawnSync } from 'node:child_process';
import './setup.mjs';

const REJECT = 20;
const incident = 'incidents/bybit-2025-02';
const args = [
  'check',
  ...['--safe-tx', `${incident}/malicious.json`],
  ...['--recording', `${incident}/recording.json`],
  ...['--org', `${incident}/castellan.yaml`],
];

process.stdout.write(`\n$ npx castellan ${args.join(' ')}\n\n`);
const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], { stdio: 'inherit' });
process.stdout.write(`\nExit code ${status}${status === REJECT ? ', which is REJECT' : ''}.\n`);
process.exitCode = status === REJECT ? 0 : 1;
