import type { Config } from '../config.ts';

/** Longer than the longest sweep of all providers. */
const LIMIT_MS = 180_000;

/** The running server, asked as its operator. Rejects with what to do about it. */
export type OperatorApi = {
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body?: object) => Promise<unknown>;
};

export const operatorApi = ({
  host,
  port,
  adminToken,
}: Pick<Config, 'host' | 'port' | 'adminToken'>): OperatorApi => {
  if (adminToken === undefined)
    throw new Error('Set ADMIN_TOKEN, for the server and for this command: it is how an operator is known.');
  const at = `http://${reachable(host)}:${port}`;

  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(at + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LIMIT_MS),
    }).catch(() => {
      throw new Error(`No server answers at ${at}. Start it, or set HOST and PORT as it has them.`);
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text);
    throw new Error(`The server answered ${answer.status}: ${detailOf(text)}`);
  };

  return {
    get: (path) => ask('GET', path),
    post: (path, body = {}) => ask('POST', path, body),
  };
};

/** Where a server that listens on all addresses is reached from its own machine. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};

const detailOf = (text: string): string => {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    return typeof detail === 'string' ? detail : text.slice(0, 300);
  } catch {
    // Something else than our server answers there.
    return text.slice(0, 300);
  }
};
