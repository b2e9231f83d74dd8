import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Accepted, NoteAppError, SessionParams } from '../schemas/commands.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const appErrorRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/errors',
      {
        config: { access: 'session' },
        preHandler: (request) => server.limits.appError(request),
        schema: {
          summary: 'Say that the app shows an error',
          description:
            'Recorded once for each commit, and not while the agent works. What the app’s server does wrong is noticed without being told.',
          tags: ['preview'],
          params: SessionParams,
          body: NoteAppError,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const { source, message, detail } = request.body;
        const command = sessionCommand(request, request.params, request.body);
        const seen = { source, message, ...(detail === undefined ? {} : { detail }) };
        return reply.code(202).send(await carriedOut(app.noteAppError({ ...command, ...seen })));
      },
    );
  };
