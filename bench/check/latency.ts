/** A node far away: what reaches a local one takes so much longer. */
import { createServer, request } from 'node:http';
import { listen } from '../../test/support/listen.ts';

/** Stands before a URL; every request waits for `milliseconds` before it goes on. */
export async function delayed(
  url: string,
  milliseconds: number,
): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer((incoming, answer) => {
    const pass = (): void => {
      const { method, headers } = incoming;
      incoming.pipe(
        request(url, { method, headers }, (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        }),
      );
    };
    setTimeout(pass, milliseconds);
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
