/** A node elsewhere, which has a whole chain to look into: what a local one answers takes so much longer. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Milliseconds for every request, and for those in which anything is traced on top of it. */
export interface Delay {
  readonly away: number;
  readonly trace: number;
}

/** Stands before a URL, until it is stopped. */
export async function delayed(
  url: string,
  { away, trace }: Delay,
): Promise<{ readonly url: string; stop(): void }> {
  const program = fileURLToPath(new URL('./far-node.ts', import.meta.url));
  const child = fork(program, [url, String(away), String(trace)]);
  const [at] = await once(child, 'message');
  return { url: String(at), stop: () => child.kill() };
}
