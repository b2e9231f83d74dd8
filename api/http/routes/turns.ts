import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import {
  Accepted,
  AcceptedTurn,
  Command,
  SessionParams,
  SubmitTurn,
  TurnParams,
} from '../schemas/commands.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const turnRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/turns',
      {
        config: { access: 'session' },
        preHandler: (request) => server.limits.turn(request),
        schema: {
          summary: 'Say what to build or change',
          tags: ['turns'],
          params: SessionParams,
          body: SubmitTurn,
          response: answers({ 202: AcceptedTurn }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { prompt, fixes, pictures } = request.body;
        const turn = await carriedOut(
          app.submitTurn({
            ...command,
            prompt,
            ...(fixes === undefined ? {} : { fixes }),
            ...(pictures === undefined ? {} : { pictures }),
          }),
        );
        return reply.code(202).send(turn);
      },
    );

    server.post(
      '/api/sessions/:id/turns/:turnId/cancel',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Stop a turn that waits or runs',
          tags: ['turns'],
          params: TurnParams,
          body: Command,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { turnId } = request.params;
        return reply.code(202).send(await carriedOut(app.cancelTurn({ ...command, turnId })));
      },
    );
  };
