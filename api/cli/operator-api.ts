import type { Config } from '../config.ts';
import { plain } from './columns.ts';

/** Somewhat less than after what the server itself hangs up on who hears nothing (`IDLE_MS` in `server-factory.ts`). */
const LIMIT_MS = 110_000;

/** The running server, asked as its operator. Rejects with what to do about it. */
export type OperatorApi = {
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body?: object) => Promise<unknown>;
};

export const operatorApi = (
  { host, port, adminToken }: Pick<Config, 'host' | 'port' | 'adminToken'>,
  limitMs = LIMIT_MS,
): OperatorApi => {
  if (adminToken === undefined)
    throw new Error('Set ADMIN_TOKEN, for the server and for this command: it is how an operator is known.');
  const at = `http://${reachable(host)}:${port}`;

  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const asked = async (): Promise<{ readonly answer: Response; readonly text: string }> => {
      const answer = await fetch(at + path, {
        method,
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(limitMs),
      });
      return { answer, text: await answer.text() };
    };
    const { answer, text } = await asked().catch((error: unknown) => {
      throw new Error(whyUnanswered(at, limitMs, error));
    });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}: ${detailOf(text)}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(
        `Something else than our server answers at ${at}. Set HOST and PORT as the server has them.`,
      );
    }
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

/** Nobody is at the address, or it leads nowhere. */
const NOBODY_THERE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** `fetch` says that it failed; why is in its cause. */
const whyUnanswered = (at: string, limitMs: number, error: unknown): string => {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError')
    return (
      `The server at ${at} did not answer within ${limitMs / 1_000} s. It may still do what it was asked for: ` +
      'look at its log, or at its page /operations, before you ask again.'
    );
  const { code, message: why = message } = (cause ?? {}) as {
    readonly code?: unknown;
    readonly message?: string;
  };
  return NOBODY_THERE.has(code)
    ? `No server answers at ${at}. Start it, or set HOST and PORT as it has them.`
    : `The server at ${at} was asked, and the answer did not come (${plain(why, 200)}). Look at its log.`;
};

const MOST_CHARS = 300;

const detailOf = (text: string): string => plain(detailIn(text) ?? text, MOST_CHARS);

const detailIn = (text: string): string | undefined => {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    // Something else than our server answers there.
    return undefined;
  }
};
