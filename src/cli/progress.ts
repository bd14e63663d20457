/** Progress on standard error, for people: only on a terminal, only after a second. */
import type { Node } from '../chains/evm/node.ts';

const FIRST_SIGN_MS = 1_000;
const REFRESH_MS = 200;

/** Counts the answers of a node on the terminal until `stop` is called. */
export function withProgress(node: Node): { readonly node: Node; stop(): void } {
  if (!process.stderr.isTTY) return { node, stop: () => undefined };
  const started = Date.now();
  let answers = 0;
  let isShown = false;
  const timer = setInterval(() => {
    if (Date.now() - started < FIRST_SIGN_MS) return;
    isShown = true;
    process.stderr.write(`\rreading from ${node.source}: ${answers} answers`);
  }, REFRESH_MS);
  return {
    node: {
      ...node,
      request: async (method, params) => {
        const answer = await node.request(method, params);
        answers += 1;
        return answer;
      },
    },
    stop: () => {
      clearInterval(timer);
      if (isShown) process.stderr.write('\r\u001b[K');
    },
  };
}
