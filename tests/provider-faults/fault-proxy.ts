import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { freePort } from '../../adapters/listening/free-port.ts';
import type { Fault, Wrong } from './faults.ts';
import { forgetHost, hostNamed, rememberHost } from './resolver.ts';

export type Heard = { readonly method: string; readonly path: string };

type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
};

const HUGE = Buffer.alloc(1_000_000, 'x');
const HUGE_TIMES = 50;

/**
 * A provider seen through a bad line: passes requests on to a stand-in, and does to those that `isMeant` what `inject`
 * says, until `heal`. Its address is a name, so that it can also fail to be found.
 */
export const startFaultProxy = async (label: string, target: string, isMeant: (heard: Heard) => boolean) => {
  const host = hostNamed(label);
  const sockets = new Set<Socket>();
  let fault: Fault | undefined;
  let injected = 0;
  let elsewhere = 0;

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const stranger = createServer((_, outgoing) => {
    elsewhere += 1;
    outgoing.end('{}');
  });

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const { method = 'GET', url: path = '/' } = incoming;
    const current = fault;
    if (current === undefined || !isMeant({ method, path }))
      return reply(outgoing, await ask(incoming, body));
    injected += 1;
    const answer = current.executes ? await ask(incoming, body) : undefined;
    if (current.does.kind === 'repeats') return reply(outgoing, await ask(incoming, body));
    spoil(current.does, answer, outgoing);
  };

  const ask = (incoming: IncomingMessage, body: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, url = '/', headers } = incoming;
      const passed = request(new URL(url, target), { method, headers, agent: false }, (answer) => {
        bodyOf(answer).then(
          (read) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: read }),
          reject,
        );
      });
      passed.on('error', reject);
      passed.end(body);
    });

  const spoil = (
    wrong: Exclude<Wrong, { kind: 'repeats' }>,
    answer: Answer | undefined,
    to: ServerResponse,
  ) => {
    switch (wrong.kind) {
      case 'answers':
        to.writeHead(wrong.status, { 'content-type': 'application/json', ...wrong.headers });
        return to.end(JSON.stringify(wrong.body));
      case 'garbles':
        return garble(wrong.how, answer, to);
      case 'resets':
        return wrong.when === 'before the headers' ? reset(to) : resetInBody(answer, to);
      case 'stalls':
        return wrong.how === 'a byte a second' ? drip(answer, to) : undefined;
      case 'redirects':
        to.writeHead(307, { location: `http://127.0.0.1:${portOf(stranger)}/` });
        return to.end();
      case 'unreachable':
        return reset(to);
    }
  };

  const inject = async (next: Fault): Promise<void> => {
    fault = next;
    injected = 0;
    if (next.does.kind !== 'unreachable') return;
    // What is connected stays connected, to a host that cannot be found as to one that no longer listens.
    for (const socket of sockets) socket.destroy();
    if (next.does.how === 'has no address') forgetHost(host);
    else await new Promise((resolve) => server.close(resolve));
  };

  const heal = (): void => {
    if (fault === undefined) return;
    const healed = fault;
    fault = undefined;
    rememberHost(host);
    if (healed.does.kind === 'unreachable' && healed.does.how === 'refuses connections')
      server.listen(port, '127.0.0.1');
  };

  for (const each of [server, stranger]) {
    each.listen(await freePort(), '127.0.0.1');
    await once(each, 'listening');
  }
  const port = portOf(server);
  return {
    url: `http://${host}:${port}`,
    inject,
    heal,
    /** Requests the fault was done to; connections that never came about are not counted. */
    injected: () => injected,
    /** Whoever is connected by name or port feels it at once; the rest, when the request it is meant for is made. */
    isFelt: () => injected > 0 || fault?.does.kind === 'unreachable',
    /** Requests that followed a redirect to somebody else. */
    elsewhere: () => elsewhere,
    close: async (): Promise<void> => {
      heal();
      for (const socket of sockets) socket.destroy();
      await Promise.all([server, stranger].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
};

export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>;

const portOf = (server: ReturnType<typeof createServer>): number => (server.address() as AddressInfo).port;

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => Buffer.concat(await message.toArray());

const reply = (to: ServerResponse, { status, headers, body }: Answer): void => {
  const { 'transfer-encoding': _, ...kept } = headers;
  to.writeHead(status, { ...kept, 'content-length': body.length });
  to.end(body);
};

const reset = (to: ServerResponse): void => {
  to.socket?.resetAndDestroy();
};

const resetInBody = (answer: Answer | undefined, to: ServerResponse): void => {
  const body = answer?.body ?? Buffer.from('{}');
  to.writeHead(answer?.status ?? 200, {
    'content-type': 'application/json',
    'content-length': body.length + 1,
  });
  to.write(body.subarray(0, Math.ceil(body.length / 2)), () => reset(to));
};

const drip = (answer: Answer | undefined, to: ServerResponse): void => {
  const body = answer?.body ?? Buffer.from('{}');
  to.writeHead(answer?.status ?? 200, { 'content-type': 'application/json', 'content-length': body.length });
  let sent = 0;
  const timer = setInterval(() => {
    to.write(body.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= body.length) to.end();
  }, 1_000);
  to.on('close', () => clearInterval(timer));
};

const garble = (
  how: Extract<Wrong, { kind: 'garbles' }>['how'],
  answer: Answer | undefined,
  to: ServerResponse,
): void => {
  to.writeHead(answer?.status ?? 200, { 'content-type': 'application/json' });
  if (how === 'no JSON') to.end('<html>Bad gateway</html>');
  else if (how === 'no such fields') to.end('{"object":"something else"}');
  else {
    let left = HUGE_TIMES;
    const more = (): void => {
      while (left > 0 && !to.destroyed) {
        left -= 1;
        if (!to.write(HUGE)) {
          to.once('drain', more);
          return;
        }
      }
      to.end();
    };
    to.write('{"filler":"', more);
  }
};
