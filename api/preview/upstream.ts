import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type OutgoingHttpHeaders,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { HttpEndpoint } from '../../commands/ports/sandboxes.ts';

export type Upstream = {
  /** Opens a request to the app; `reuse` takes a connection out of the pool where there is one. */
  readonly open: (to: {
    readonly endpoint: HttpEndpoint;
    readonly method: string;
    readonly path: string;
    readonly headers: OutgoingHttpHeaders;
    readonly reuse: boolean;
  }) => ClientRequest;
  readonly close: () => void;
};

/** One page of a dev server is some hundred modules; more at once helps nobody. */
const POOL = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 60_000 };

/** Connections to apps in sandboxes, by unix socket or by address. */
export const createUpstream = (): Upstream => {
  const http = new HttpAgent(POOL);
  const https = new HttpsAgent(POOL);
  return {
    open: ({ endpoint, method, path, headers, reuse }) => {
      const { protocol, hostname, port } = new URL(endpoint.origin);
      const options = {
        method,
        path,
        headers,
        setHost: false,
        ...(endpoint.socketPath === undefined ? { hostname, port } : { socketPath: endpoint.socketPath }),
      };
      return protocol === 'https:'
        ? httpsRequest({ ...options, agent: reuse && https })
        : httpRequest({ ...options, agent: reuse && http });
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
};

/** The app is not there, or was cut off: its dev server starts, restarts or crashed. */
const ABSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ENOTFOUND']);
export const isAbsence = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && ABSENT.has(error.code);

/** A sandbox host in the cloud says with a 502 that nothing listens; an app on our own socket would mean it itself. */
export const saysAbsent = (endpoint: HttpEndpoint, status: number | undefined): boolean =>
  endpoint.socketPath === undefined && status === 502;
