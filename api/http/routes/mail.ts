import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Accepted, ConfirmAddress, Confirmed, SessionParams, VerifyAddress } from '../schemas/commands.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const mailRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/mail/address',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Have a code sent to an address of yours',
          description: 'Mail of the app reaches real inboxes once its owner has verified an address.',
          tags: ['backend'],
          params: SessionParams,
          body: VerifyAddress,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { revision } = await carriedOut(
          app.verifyAddress({ ...command, address: request.body.address }),
        );
        return reply.code(202).send({ revision });
      },
    );

    server.post(
      '/api/sessions/:id/mail/code',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Bring the code back that was sent',
          tags: ['backend'],
          params: SessionParams,
          body: ConfirmAddress,
          response: answers({ 200: Confirmed }),
        },
      },
      async (request) => {
        const command = sessionCommand(request, request.params, request.body);
        const { revision, verified } = await carriedOut(
          app.confirmAddress({ ...command, code: request.body.code }),
        );
        return { revision, verified };
      },
    );
  };
