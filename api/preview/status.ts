import type { ServerResponse } from 'node:http';
import type { HttpEndpoint } from '../../commands/ports/sandboxes.ts';
import type { PreviewState } from './state.ts';
import { saysAbsent, type Upstream } from './upstream.ts';

const PROBE_MS = 1_500;

/** Whether the app answers anything at all: an error page of its own is an answer. */
export const answers = (upstream: Upstream, endpoint: HttpEndpoint, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = upstream.open({
      endpoint,
      method: 'HEAD',
      path: '/',
      headers: { ...endpoint.headers, host, accept: 'text/html' },
      reuse: false,
    });
    const settle = (answer: boolean): void => {
      clearTimeout(timer);
      resolve(answer);
      probe.destroy();
    };
    const timer = setTimeout(() => settle(false), PROBE_MS);
    probe.on('response', ({ statusCode }) => settle(!saysAbsent(endpoint, statusCode)));
    probe.on('error', () => settle(false));
    probe.end();
  });

export const sendStatus = (response: ServerResponse, state: PreviewState | 'up', ready: boolean): void => {
  const body = JSON.stringify({ state, ready });
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
};
