import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { giveSessionKey, sessionKeyOf, visitorOf } from '../access.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, Command, Link, RedeemLink, SessionParams } from '../schemas/commands.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const linkRoutes =
  ({ app, site }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/links',
      {
        config: { access: 'session' },
        schema: {
          summary: 'A one-time link that opens the session in another browser',
          description:
            'Good once, within ten minutes. Its secret follows a #, so no server and no log sees it.',
          tags: ['sessions'],
          params: SessionParams,
          body: Command,
          response: answers({ 201: Link }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { secret, expiresAt, revision } = await carriedOut(app.issueLink(command));
        return reply
          .code(201)
          .header('cache-control', 'no-store')
          .send({ url: `${site().origin}/join/${command.sessionId}#${secret}`, expiresAt, revision });
      },
    );

    server.post(
      '/api/links',
      {
        config: { access: 'visitor' },
        preHandler: (request) => server.limits.redeemLink(request),
        schema: {
          summary: 'Use a one-time link: this browser opens the session from now on',
          tags: ['sessions'],
          body: RedeemLink,
          response: answers({ 200: Accepted }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, { id: request.body.sessionId }, request.body);
        const sessionKey = sessionKeyOf(request);
        const own = sessionKey === undefined ? {} : { sessionKey };
        // Whoever is in already has no use for a link, and leaves it for the browser it was made for.
        const access = await app.access(command.sessionId, visitorOf(request).uid, sessionKey);
        if (access === 'granted')
          return { revision: (await app.sessionView(command.sessionId))?.revision ?? 0 };
        const { secret } = request.body;
        const joined = await carriedOut(app.redeemLink({ ...command, ...own, secret }));
        giveSessionKey(reply, joined.sessionKey, site());
        return reply.send({ revision: joined.revision });
      },
    );
  };
