import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Accepted, Command, ReplaceVariable, ServiceParams, VariableParams } from '../schemas/commands.ts';
import { RevealedSchema } from '../schemas/reads.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

/** What the owner does with single variables of `/app/.env`, and with single services. */
export const variableRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/env/:name/reveal',
      {
        config: { access: 'session' },
        schema: {
          summary: 'The value of a variable; that it was shown is recorded first',
          tags: ['backend'],
          params: VariableParams,
          body: Command,
          response: answers({ 200: RevealedSchema }),
        },
      },
      async (request, reply) => {
        const { name } = request.params;
        const command = sessionCommand(request, request.params, request.body);
        const { value } = await carriedOut(app.revealVariable({ ...command, name }));
        reply.header('cache-control', 'no-store');
        return { name, value };
      },
    );

    server.put(
      '/api/sessions/:id/env/:name',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Put your own value in the place of a variable, or add one',
          tags: ['backend'],
          params: VariableParams,
          body: ReplaceVariable,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const { value } = request.body;
        const command = {
          ...sessionCommand(request, request.params, request.body),
          name: request.params.name,
          ...(value === null ? {} : { value }),
        };
        return reply.code(202).send(await carriedOut(app.replaceVariable(command)));
      },
    );

    server.post(
      '/api/sessions/:id/services/:service/release',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Give one service back, with everything in it; the session goes on',
          tags: ['backend'],
          params: ServiceParams,
          body: Command,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { service } = request.params;
        return reply.code(202).send(await carriedOut(app.releaseService({ ...command, service })));
      },
    );
  };
