import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import type { StoredVm, StoredVms } from './vms.ts';

const ENVD_PORT = 49_983;
const TRAFFIC_TOKEN = 'e2b-traffic-access-token';

export type Target = { readonly id: string; readonly port: number };

const isLocal = (hostname: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);

/**
 * Whom a request is for (`packages/shared/pkg/proxy/host.go` in e2b-dev/infra): by header at the shared host and on
 * loopback, by `<port>-<id>` everywhere else. `undefined`: the API itself.
 */
export const targetOf = ({ headers }: IncomingMessage): Target | undefined => {
  const hostname = (headers.host ?? '').replace(/:\d+$/, '');
  const id = headers['e2b-sandbox-id'];
  const port = headers['e2b-sandbox-port'];
  if ((isLocal(hostname) || hostname.startsWith('sandbox.')) && (id !== undefined || port !== undefined))
    return { id: String(id), port: Number(port) };
  const [, byPort, byId] = /^(\d+)-([a-z0-9]+)\./.exec(hostname) ?? [];
  return byPort === undefined || byId === undefined ? undefined : { id: byId, port: Number(byPort) };
};

type Refused = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const refused = (status: number, body: Readonly<Record<string, unknown>>): Refused => ({
  status,
  body: { ...body, code: status },
});

/** Wording: the templates beside `packages/shared/pkg/proxy`; e2b-dev/code-interpreter issue 177 for the token. */
const admit = (vms: StoredVms, { id, port }: Target, { headers }: IncomingMessage): StoredVm | Refused => {
  const vm = vms.all.get(id);
  if (vm === undefined || vm.state === 'paused')
    return refused(502, { sandboxId: id, message: 'The sandbox was not found' });
  if (vm.state === 'pausing')
    return refused(409, {
      sandboxId: id,
      message: 'The sandbox is still transitioning. Try again in a moment.',
    });
  if (port === ENVD_PORT)
    return headers['x-access-token'] === vm.envdAccessToken
      ? vm
      : refused(401, { message: 'unauthorized access, please provide a valid access token' });
  if (vm.trafficAccessToken === undefined || headers[TRAFFIC_TOKEN] === vm.trafficAccessToken) return vm;
  const is = headers[TRAFFIC_TOKEN] === undefined ? 'missing' : 'invalid';
  const message = `Sandbox is secured with traffic access token. Token header '${TRAFFIC_TOKEN}' is ${is}`;
  return refused(403, { sandboxId: id, message });
};

const isRefused = (admitted: StoredVm | Refused): admitted is Refused => 'status' in admitted;

const closedPort = ({ id, port }: Target): Refused =>
  refused(502, { sandboxId: id, message: 'The sandbox is running but port is not open', port });

const dial = (vm: StoredVm, port: number): Promise<Duplex | undefined> =>
  new Promise((resolve) => {
    const tunnel = httpRequest({
      socketPath: vm.machine.socketPath,
      method: 'CONNECT',
      path: `127.0.0.1:${port}`,
      agent: false,
    });
    tunnel.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      resolve(undefined);
    });
    tunnel.once('error', () => resolve(undefined));
    tunnel.end();
  });

/** The host name a service in there sees: as it was asked for, or as the sandbox was told to show it. */
const hostSeen = ({ network }: StoredVm, { port }: Target, asked: string | undefined): string | undefined =>
  port === ENVD_PORT ? asked : (network.maskRequestHost?.replace(/\$\{PORT\}/g, String(port)) ?? asked);

/** E2B's edge: from outside to envd, and to every other port of a sandbox, for who has its tokens. */
export const createTraffic = (vms: StoredVms) => {
  const keep = (vm: StoredVm, connection: Duplex): void => {
    vm.connections.add(connection);
    connection.once('close', () => vm.connections.delete(connection));
  };

  const answer = (response: ServerResponse, { status, body }: Refused): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const forward = async (
    target: Target,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const admitted = admit(vms, target, request);
    if (isRefused(admitted)) return answer(response, admitted);
    const onEnvd = target.port === ENVD_PORT;
    const socket = onEnvd ? undefined : await dial(admitted, target.port);
    if (!onEnvd && socket === undefined) return answer(response, closedPort(target));
    const outgoing = httpRequest({
      ...(socket === undefined
        ? { socketPath: admitted.machine.socketPath, agent: false }
        : { createConnection: () => socket }),
      method: request.method,
      path: request.url,
      headers: { ...request.headers, host: hostSeen(admitted, target, request.headers.host) },
    });
    outgoing.once('socket', (connection) => keep(admitted, connection));
    outgoing.once('response', (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      response.flushHeaders();
      pipeline(incoming, response, () => undefined);
    });
    outgoing.once('error', () => {
      // Its machine went away under it: what was being answered is cut off, nothing else is said.
      if (response.headersSent) response.destroy();
      else answer(response, refused(502, { sandboxId: target.id, message: 'The sandbox was not found' }));
    });
    response.once('close', () => outgoing.destroy());
    pipeline(request, outgoing, () => undefined);
  };

  const upgrade = async (
    target: Target,
    request: IncomingMessage,
    client: Duplex,
    head: Buffer,
  ): Promise<void> => {
    client.on('error', () => client.destroy());
    const refuse = ({ status, body }: Refused): void => {
      const text = JSON.stringify(body);
      const lines = [`HTTP/1.1 ${status} Refused`, 'content-type: application/json', 'connection: close'];
      client.end([...lines, `content-length: ${Buffer.byteLength(text)}`, '', text].join('\r\n'));
    };
    const admitted = admit(vms, target, request);
    if (isRefused(admitted)) return refuse(admitted);
    const socket = await dial(admitted, target.port);
    if (socket === undefined) return refuse(closedPort(target));
    keep(admitted, client);
    keep(admitted, socket);
    const headers = { ...request.headers, host: hostSeen(admitted, target, request.headers.host) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write([`${request.method} ${request.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    socket.write(head);
    // Two pipelines and what the servers listen for themselves: one more than Node takes for a leak.
    for (const end of [socket, client]) end.setMaxListeners(20);
    pipeline(socket, client, () => undefined);
    pipeline(client, socket, () => undefined);
  };

  return { forward, upgrade };
};
