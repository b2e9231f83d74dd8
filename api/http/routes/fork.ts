import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { giveSessionKey, sessionKeyOf } from '../access.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, Created, ForkSession, RetryFork, SessionParams } from '../schemas/commands.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const forkRoutes =
  ({ app, site }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/fork',
      {
        config: { access: 'session' },
        preHandler: (request) => server.limits.sessionStart(request),
        schema: {
          summary: 'Start another session with a version of this one: its code, and its data or none',
          description: 'This session stays as it is. Counts as a session that is started.',
          tags: ['history'],
          params: SessionParams,
          body: ForkSession,
          response: answers({ 201: Created }),
        },
      },
      async (request, reply) => {
        const { commit, data } = request.body;
        const sessionKey = sessionKeyOf(request);
        const created = await carriedOut(
          app.forkSession({
            ...sessionCommand(request, request.params, request.body),
            commit,
            data,
            ...(sessionKey === undefined ? {} : { sessionKey }),
          }),
        );
        giveSessionKey(reply, created.sessionKey, site());
        return reply.code(201).send(created);
      },
    );

    server.post(
      '/api/sessions/:id/fork/retry',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Bring over once more what this session was forked with and did not get',
          tags: ['history'],
          params: SessionParams,
          body: RetryFork,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(await carriedOut(app.retryFork(sessionCommand(request, request.params, request.body)))),
    );
  };
