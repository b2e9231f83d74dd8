import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { sessionKeyOf, visitorOf } from '../access.ts';
import { answers, type RouteContext } from './context.ts';

export const liveTicketRoutes =
  ({ tickets }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/live/ticket',
      {
        config: { access: 'live' },
        preHandler: (request) => server.limits.liveTicket(request),
        schema: {
          summary: 'A ticket for one websocket connection to /api/live',
          description:
            'Good for one use within fifteen seconds. Stands for the visitor and the session key, or for the operator.',
          tags: ['live'],
          response: answers({ 200: Type.Object({ ticket: Type.String(), expiresAt: Type.String() }) }),
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        if (request.operator !== undefined) return tickets.issue({ operator: request.operator });
        const sessionKey = sessionKeyOf(request);
        return tickets.issue({
          uid: visitorOf(request).uid,
          ...(sessionKey === undefined ? {} : { sessionKey }),
        });
      },
    );
  };
