import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionNotFound } from '../guard.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, Command, ServiceParams, SessionParams } from '../schemas/commands.ts';
import { EnvSchema } from '../schemas/reads.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const envRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id/env',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Names and masked values of `/app/.env`',
          tags: ['backend'],
          params: SessionParams,
          response: answers({ 200: EnvSchema }),
        },
      },
      async ({ params: { id } }) => {
        const view = await app.sessionView(id);
        if (view === undefined) throw sessionNotFound();
        return { version: view.env.version, variables: [...(await carriedOut(app.maskedEnv(id)))] };
      },
    );

    server.post(
      '/api/sessions/:id/services/:service/retry',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Try again to provision a service that failed',
          tags: ['backend'],
          params: ServiceParams,
          body: Command,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { service } = request.params;
        return reply.code(202).send(await carriedOut(app.retryService({ ...command, service })));
      },
    );

    server.post(
      '/api/sessions/:id/wake',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Wake the sandbox, or build it again from the last pushed commit',
          tags: ['sessions'],
          params: SessionParams,
          body: Command,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(await carriedOut(app.wake(sessionCommand(request, request.params, request.body)))),
    );
  };
