// Installs what is missing and builds what is out of date, so that a fresh clone needs one command.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What npm installed, as it noted it itself, against what the lock file asks for. */
function isInstalled() {
  const note = 'node_modules/.package-lock.json';
  if (!existsSync(note)) return false;
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const present = JSON.parse(readFileSync(note, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { integrity, optional }]) =>
      path === '' || optional || present[path]?.integrity === integrity,
  );
}

const npm = (...args) => execFileSync('npm', args, { stdio: ['ignore', 'inherit', 'inherit'] });

// Not `npm ci`: it refuses a lock file that was made where packages for other platforms, which are all
// optional, were not offered.
if (!isInstalled()) npm('install', '--no-save', '--no-audit', '--no-fund');
npm('run', '--silent', 'build');
