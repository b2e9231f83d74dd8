import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * An answer given in place of the service's own: one of these, none for as long as the client waits (`hang`), or none
 * although the service has done its work (`after`).
 */
export type Scripted =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  | { readonly hang: true }
  | { readonly after: true };

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
};

export type Script = {
  /** The next requests that `matches` (all, unless told) are answered with these, one each. */
  readonly next: (answers: readonly Scripted[], matches?: (asked: Asked) => boolean) => void;
  /** Every request that has come in, in order; `at` in milliseconds of the process's own clock. */
  readonly asked: () => readonly Asked[];
};

type Waiting = { readonly answer: Scripted; readonly matches: (asked: Asked) => boolean };

/**
 * Lets a test decide what a stand-in answers next, and shows it what was asked. Both lists may be given, where they
 * outlive the server.
 */
export const scripted = (server: FastifyInstance, seen: Asked[] = [], waiting: Waiting[] = []): Script => {
  const losing = new WeakSet<FastifyReply>();

  server.addHook('onRequest', async (request, reply) => {
    const { method, url: path } = request;
    const asked = { method, path, headers: request.headers, at: performance.now() };
    seen.push(asked);
    const index = waiting.findIndex(({ matches }) => matches(asked));
    const [found] = index < 0 ? [] : waiting.splice(index, 1);
    if (found === undefined) return;
    if ('hang' in found.answer) return new Promise(() => undefined);
    if ('after' in found.answer) {
      losing.add(reply);
      return;
    }
    const { status, headers = {}, body = {} } = found.answer;
    return reply.code(status).headers(headers).send(body);
  });
  server.addHook('onSend', async (request, reply, payload) => {
    // Done, and nobody is told: the connection is reset where the answer would have been.
    if (losing.has(reply)) request.raw.socket.resetAndDestroy();
    return payload;
  });

  return {
    next: (answers, matches = () => true) =>
      void waiting.push(...answers.map((answer) => ({ answer, matches }))),
    asked: () => seen,
  };
};
