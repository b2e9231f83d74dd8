import { request } from 'node:http';
import type { HttpEndpoint } from '../../../commands/ports/sandboxes.ts';

const MAX_ANSWER = 8 * 1024 * 1024;

/** One request to a bridge, answered whole, at most 8 MiB. */
export const bridgeCall = (
  endpoint: HttpEndpoint,
  token: string,
  options: {
    readonly method: string;
    readonly path: string;
    readonly body?: string | Buffer;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<{ readonly status: number; readonly body: Buffer }> =>
  new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const outgoing = request(
      endpoint.origin,
      {
        ...(endpoint.socketPath ? { socketPath: endpoint.socketPath } : {}),
        path: options.path,
        method: options.method,
        headers: {
          ...endpoint.headers,
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER) incoming.destroy(new Error('The bridge answered more than 8 MiB.'));
          else chunks.push(chunk);
        });
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(options.body);
  });
