import fastify from 'fastify';
import { decodeBody } from '../../../adapters/analytics/decode.ts';
import { noFlags, remoteConfig } from '../../../adapters/analytics/remote-config.ts';
import { type Script, scripted } from '../scripted.ts';

/** An event as PostHog has taken it. */
export type TakenEvent = {
  readonly event: string;
  readonly distinctId: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

export type PosthogStandIn = Script & {
  /** What `POSTHOG_HOST` is set to. */
  readonly url: string;
  /** Events of that project key, in the order they came; one uuid once. */
  readonly taken: () => readonly TakenEvent[];
  readonly close: () => Promise<void>;
};

const INVALID_KEY = {
  type: 'authentication_error',
  code: 'invalid_api_key',
  detail: 'Project API key invalid. You can find your project API key in your PostHog project settings.',
  attr: null,
};

type Wire = {
  readonly uuid?: string;
  readonly event?: string;
  readonly distinct_id?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
};

/**
 * PostHog's ingest, as posthog-node 5.70 and posthog-js 1.434 use it:
 * - `POST /batch/` (and `/e/`, `/i/v0/e/`): gzip told by `content-encoding`, by posthog-js not told at all; answers
 *   `{status: 1}`; a wrong or missing project key is 401: https://posthog.com/docs/api/capture;
 * - events with the same `uuid` are one: the same page, "deduplication";
 * - `POST /flags/?v=2` and `GET /array/<key>/config`: read off the SDKs.
 */
export const startPosthogStandIn = async ({
  projectKey,
}: {
  readonly projectKey: string;
}): Promise<PosthogStandIn> => {
  const taken = new Map<string, TakenEvent>();
  const server = fastify({ forceCloseConnections: true });
  const script = scripted(server);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  for (const path of ['/batch/', '/e/', '/i/v0/e/'])
    server.post(path, async (request, reply) => {
      const body = (await decodeBody(request.body as Buffer, 20_000_000)) as {
        readonly api_key?: string;
        readonly batch?: readonly Wire[];
      };
      if (body.api_key !== projectKey)
        return reply.code(401).send({
          type: 'authentication_error',
          code: 'invalid_api_key',
          detail:
            'Project API key invalid. You can find your project API key in your PostHog project settings.',
          attr: null,
        });
      for (const { uuid, event = '', distinct_id = '', properties = {} } of body.batch ?? []) {
        const id = uuid ?? `${taken.size}`;
        if (!taken.has(id)) taken.set(id, { event, distinctId: distinct_id, properties });
      }
      return { status: 1 };
    });
  server.post('/flags/', async ({ body }, reply) => {
    const { token, api_key } = (await decodeBody(body as Buffer, 1_000_000)) as {
      readonly token?: string;
      readonly api_key?: string;
    };
    const given = token ?? api_key;
    return given === undefined || given === projectKey ? noFlags : reply.code(401).send(INVALID_KEY);
  });
  server.get<{ Params: { key: string } }>('/array/:key/config', async () => remoteConfig);

  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { ...script, url, taken: () => [...taken.values()], close: () => server.close() };
};
