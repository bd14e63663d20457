/**
 * The engine of coalitions, measured: on quorums whose answers are known, on fault trees beside SCRAM, on
 * the authority of organisations of three sizes.
 */
import { measureAuthorities } from './authorities.ts';
import { measureMultisigs } from './multisigs.ts';
import { scramVersion } from './scram.ts';
import { print } from './table.ts';
import { compareGenerated, compareTrees } from './trees.ts';

const [folder] = process.argv.slice(2);

print('All of several multisigs: listed, too, up to 10,000 (limit: 50 ms)\n');
let isGood = measureMultisigs();

const version = scramVersion();
print(`\nFault trees: ${version === null ? 'SCRAM is not installed' : `beside ${version}`}\n`);
isGood =
  (await (folder === undefined
    ? compareGenerated(version !== null)
    : compareTrees([folder], version !== null))) && isGood;

print('\nAuthority of organisations: every asset\n');
await measureAuthorities();

process.exitCode = isGood ? 0 : 1;
