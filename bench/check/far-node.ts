/** What `latency.ts` starts: stands before the node at a URL, in a process of its own. */
import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../../test/support/listen.ts';

const [url = '', away, trace] = process.argv.slice(2);

const server = createServer(async (incoming, answer) => {
  const body = await text(incoming);
  await setTimeout(Number(away) + (body.includes('debug_traceCall') ? Number(trace) : 0));
  const { method, headers } = incoming;
  const onward = request(url, { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.end(body);
});
process.send?.(`http://127.0.0.1:${await listen(server)}`);
