import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { giveSessionKey, sessionKeyOf, visitorOf } from '../access.ts';
import { carriedOut } from '../outcome.ts';
import { Created, CreateSession } from '../schemas/commands.ts';
import { SessionListSchema } from '../schemas/views.ts';
import { answers, commandIdOf, type RouteContext } from './context.ts';

export const sessionsRoutes =
  ({ app, site }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions',
      {
        config: { access: 'visitor' },
        preHandler: (request) => server.limits.sessionStart(request),
        schema: {
          summary: 'Start a session: a warm one where the pool has one, a cold boot otherwise',
          description:
            "One key per browser: a well-formed `mk0r_session_key` the request carries becomes the new session's key too.",
          tags: ['sessions'],
          body: CreateSession,
          response: answers({ 201: Created }),
        },
      },
      async (request, reply) => {
        const { prompt, residentialIp = false, mode } = request.body;
        const sessionKey = sessionKeyOf(request);
        const created = await carriedOut(
          app.createSession({
            commandId: commandIdOf(request.body),
            owner: visitorOf(request).uid,
            residentialIp,
            ...(prompt === undefined ? {} : { prompt }),
            ...(mode === 'quick' ? { mode } : {}),
            ...(sessionKey === undefined ? {} : { sessionKey }),
          }),
        );
        giveSessionKey(reply, created.sessionKey, site());
        return reply.code(201).send(created);
      },
    );

    server.get(
      '/api/sessions',
      {
        config: { access: 'visitor' },
        schema: {
          summary: "The visitor's sessions, latest activity first",
          tags: ['sessions'],
          response: answers({ 200: SessionListSchema }),
        },
      },
      async (request) => ({ sessions: [...(await app.sessionsOf(visitorOf(request).uid))] }),
    );
  };
