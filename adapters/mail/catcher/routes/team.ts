import type { FastifyPluginCallback } from 'fastify';
import { BIND_HEADER } from '../../bind-header.ts';
import type { ApiKeys } from '../api-keys.ts';
import { callerOf, requireFullAccess } from '../caller.ts';
import { invalid } from '../refusal.ts';
import type { Segments } from '../segments.ts';
import { apiKeyNameSchema, apiKeySchema, check, nameSchema } from '../validation.ts';

type ById = { Params: { readonly id: string } };

/** Keys and audiences: full access only. */
export const teamRoutes =
  ({ apiKeys, segments }: { apiKeys: ApiKeys; segments: Segments }): FastifyPluginCallback =>
  (server, _options, done) => {
    server.addHook('onRequest', async (request) => requireFullAccess(callerOf(request)));

    server.post('/api-keys', async (request, reply) => {
      const input = check(apiKeySchema, request.body);
      const bound = request.headers[BIND_HEADER];
      if (bound !== undefined && (typeof bound !== 'string' || input.permission !== 'sending_access'))
        throw invalid(`Only a key with sending_access can be bound to an audience by ${BIND_HEADER}.`);
      const key = apiKeys.create(input, bound === undefined ? '' : segments.get(bound).id);
      return reply.code(201).send(key);
    });
    server.get('/api-keys', async (request) => apiKeys.list(request.query));
    server.patch<ById>('/api-keys/:id', async ({ params, body }) => {
      apiKeys.rename(params.id, check(apiKeyNameSchema, body).name);
      return { object: 'api_key', id: params.id };
    });
    server.delete<ById>('/api-keys/:id', async ({ params }) => {
      apiKeys.remove(params.id);
      return { object: 'api_key', id: params.id, deleted: true };
    });

    // The SDK has called audiences segments since 6.0; the old paths still answer at Resend.
    for (const [path, object] of [
      ['/segments', 'segment'],
      ['/audiences', 'audience'],
    ] as const) {
      server.post(path, async (request, reply) => {
        const { id, name } = segments.create(check(nameSchema, request.body).name);
        return reply.code(201).send({ object, id, name });
      });
      server.get(path, async (request) => segments.list(request.query));
      server.get<ById>(`${path}/:id`, async ({ params }) => ({ object, ...segments.get(params.id) }));
      server.patch<ById>(`${path}/:id`, async ({ params, body }) => {
        segments.rename(params.id, check(nameSchema, body).name);
        return { object, id: params.id };
      });
      server.delete<ById>(`${path}/:id`, async ({ params }) => {
        segments.remove(params.id);
        return { object, id: params.id, deleted: true };
      });
    }
    done();
  };
