import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { openToAllOrigins } from './cors.ts';
import { decodeBody, UnreadableBody } from './decode.ts';
import { eventsOf } from './events.ts';
import { type AnalyticsLimits, DEFAULT_LIMITS } from './limits.ts';
import { noFlags, remoteConfig, remoteConfigScript } from './remote-config.ts';
import type { AnalyticsStore } from './store.ts';

/** Where SDKs send events: posthog-node `/batch/`, posthog-js `/e/` and then `/i/v0/e/`, older ones the others. */
const EVENT_PATHS = ['/batch', '/e', '/i/v0/e', '/capture', '/track', '/engage'];
const FLAG_PATHS = ['/flags', '/decide'];
const TOKEN = /^[A-Za-z0-9_-]{1,100}$/;

/** PostHog's own error shape. */
const problem = (code: string, detail: string) => ({ type: 'validation_error', code, detail, attr: null });

/**
 * PostHog-compatible ingest for unmodified posthog-js 1.434 and posthog-node 5.70, to be registered under a prefix
 * which then is the SDK's host: `server.register(analyticsIngest({ store }), { prefix: '/ingest' })`.
 */
export const analyticsIngest =
  (options: {
    readonly store: AnalyticsStore;
    readonly limits?: Partial<AnalyticsLimits>;
  }): FastifyPluginAsync =>
  async (server) => {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    // The content type says nothing about the body here; see `decodeBody`.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limits.requestBytes },
      (_request, body, done) => done(null, body),
    );
    openToAllOrigins(server);
    server.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status < 500) return reply.code(status).send(problem('invalid_payload', error.message));
      request.log.error({ err: error }, 'analytics ingest failed a request');
      return reply
        .code(500)
        .send(problem('server_error', 'The events were not kept. Please send them again.'));
    });
    server.setNotFoundHandler(async (_request, reply) =>
      reply.code(404).send(problem('not_found', 'There is nothing here.')),
    );

    const post = (path: string, answer: (request: FastifyRequest) => Promise<unknown>): void => {
      server.post(path, answer);
      server.post(`${path}/`, answer);
    };
    for (const path of EVENT_PATHS)
      post(path, async ({ body }) => {
        if (!Buffer.isBuffer(body)) throw new UnreadableBody(400, 'The body is empty.');
        const decoded = await decodeBody(body, limits.inflatedBytes);
        options.store.record(eventsOf(decoded, new Date(), limits.eventsPerRequest));
        return { status: 1 };
      });
    // Session recordings: taken and dropped, so that an SDK that sends them does not retry.
    post('/s', async () => ({ status: 1 }));
    for (const path of FLAG_PATHS) post(path, async () => noFlags);

    server.get<{ Params: { token: string } }>('/array/:token/config', async () => remoteConfig);
    server.get<{ Params: { token: string } }>('/array/:token/config.js', async ({ params }, reply) => {
      if (!TOKEN.test(params.token)) return reply.callNotFound();
      return reply.type('application/javascript; charset=utf-8').send(remoteConfigScript(params.token));
    });
  };
