/** Code of contracts, kept in a folder between runs: a file for each, named by the hash of what it holds. */
import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex, type Hex, hexToBytes, keccak256 } from 'viem';
import type { CodeCache } from '../chains/evm/code-cache.ts';
import { reasonOf } from '../errors.ts';

const MAX_BYTES = 1 << 20;

/** Where programs of this machine keep what they can do without. @see https://specifications.freedesktop.org/basedir */
const defaultFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'castellan', 'code');

/** A folder that cannot be used is one that holds nothing. */
export function codeCache(folder: string = defaultFolder()): CodeCache {
  let isWritable = true;
  const fileOf = (hash: Hex): string => join(folder, hash.slice(2));
  return {
    get: async (hash) => {
      const file = fileOf(hash);
      try {
        const found = await lstat(file);
        // A pipe or a device may never end.
        if (!found.isFile() || found.size > MAX_BYTES) return null;
        const code = bytesToHex(await readFile(file));
        return keccak256(code) === hash ? code : null;
      } catch (error) {
        if (/^ENOENT/.test(reasonOf(error))) return null;
        throw error;
      }
    },
    put: async (hash, code) => {
      if (!isWritable) return;
      // Another run may be writing the same: only whole files get the name.
      const unfinished = `${fileOf(hash)}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(unfinished, hexToBytes(code));
        await rename(unfinished, fileOf(hash));
      } catch (error) {
        isWritable = false;
        throw error;
      }
    },
  };
}
