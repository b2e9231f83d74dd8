import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type RequestListener,
} from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HttpEndpoint, Sandbox } from '../../commands/ports/sandboxes.ts';

const notHere = () => TE.left({ code: 'not_here', message: 'not in this test', retryable: false });

/** A sandbox of which only the preview is real. */
export const sandboxAt = (preview: HttpEndpoint): Sandbox => ({
  name: 'mk0r-test',
  bridge: preview,
  preview,
  exec: notHere,
  readFile: notHere,
  writeFile: notHere,
  devServer: notHere,
});

/** An app as it runs in a sandbox: an HTTP server on a unix socket, which may come and go. */
export const createApp = async (handler: RequestListener) => {
  const dir = await mkdtemp(join(tmpdir(), 'mk0r-app-'));
  const socketPath = join(dir, 'preview.sock');
  const server = createServer(handler);
  return {
    server,
    sandbox: sandboxAt({ socketPath, origin: 'http://sandbox', headers: { 'x-sandbox': 'yes' } }),
    up: async (): Promise<void> => {
      server.listen(socketPath);
      await once(server, 'listening');
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
export type App = Awaited<ReturnType<typeof createApp>>;

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** A request to the port as a browser makes it: by address, with the name it means in `Host`. */
export const ask = (
  port: number,
  host: string,
  options: {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly body?: string | Buffer;
  } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { path = '/', method = 'GET', headers = {}, body } = options;
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
