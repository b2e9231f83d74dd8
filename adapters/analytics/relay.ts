import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { ProviderFailure } from '../provider-api/failure.ts';
import { guardedFetch } from '../provider-api/guarded-fetch.ts';
import { openToAllOrigins } from './cors.ts';

const GUARD = { service: 'PostHog', timeoutMs: 10_000, maxBytes: 4 * 2 ** 20 };
/** A recording's chunk may have a few MB. */
const MAX_BYTES = 8_000_000;
const PASSED_ON = ['content-type', 'content-encoding', 'user-agent'];
const PASSED_BACK = ['content-type', 'cache-control', 'retry-after'];

/** What SDKs send, and what they load: PostHog's cloud serves the latter from a host of its own. */
const EVENTS = /^\/(batch|e|i\/v0\/e|capture|track|engage|s|flags|decide)\/?$/;
const ASSETS = /^\/(static|array)\/[\w./-]{1,200}$/;

const assetsHost = (host: string): string =>
  host.replace(/^https:\/\/(us|eu)\.i\.posthog\.com$/, 'https://$1-assets.i.posthog.com');

/**
 * PostHog under an address of ours, passed on as it comes: for sandboxes that have no network, whose apps share one
 * address with their own pages. To be registered under a prefix, which then is the SDK's host. Cookies stay here.
 * https://posthog.com/docs/advanced/proxy
 */
export const analyticsRelay =
  ({ host }: { readonly host: string }): FastifyPluginAsync =>
  async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    openToAllOrigins(server);

    const pass = async (request: FastifyRequest, reply: FastifyReply, to: string, path: string) => {
      const headers = new Headers({ 'x-forwarded-for': request.ip });
      for (const name of PASSED_ON) {
        const value = request.headers[name];
        if (typeof value === 'string') headers.set(name, value);
      }
      const body = Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : undefined;
      try {
        const url = `${to}${path}${new URL(request.url, to).search}`;
        const answer = await guardedFetch(GUARD, url, {
          method: request.method,
          headers,
          ...(body === undefined ? {} : { body }),
        });
        for (const name of PASSED_BACK) {
          const value = answer.headers.get(name);
          if (value !== null) reply.header(name, value);
        }
        return reply.code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
      } catch (error) {
        if (!(error instanceof ProviderFailure)) throw error;
        return reply.code(503).send({ type: 'server_error', detail: error.error.message });
      }
    };
    type Rest = { Params: { '*': string } };
    const pathOf = ({ params }: { params: Rest['Params'] }): string => `/${params['*']}`;
    server.post<Rest>('/*', async (request, reply) => {
      const path = pathOf(request);
      return EVENTS.test(path) ? pass(request, reply, host, path) : reply.callNotFound();
    });
    server.get<Rest>('/*', async (request, reply) => {
      const path = pathOf(request);
      return ASSETS.test(path) && !path.includes('..')
        ? pass(request, reply, assetsHost(host), path)
        : reply.callNotFound();
    });
  };
