/** A node elsewhere, which has a whole chain to look into: what a local one answers takes so much longer. */
import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../../test/support/listen.ts';

/** Milliseconds for every request, and for those in which anything is traced on top of it. */
export interface Delay {
  readonly away: number;
  readonly trace: number;
}

/** Stands before a URL. */
export async function delayed(
  url: string,
  { away, trace }: Delay,
): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer(async (incoming, answer) => {
    const body = await text(incoming);
    await setTimeout(away + (body.includes('debug_traceCall') ? trace : 0));
    const { method, headers } = incoming;
    const onward = request(url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.end(body);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
