import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionNotFound } from '../guard.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, MoveHistory, SessionParams } from '../schemas/commands.ts';
import { HistoryViewSchema } from '../schemas/views.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const historyRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id/history',
      {
        config: { access: 'session' },
        schema: {
          summary: 'The commits, and where undo and redo lead',
          tags: ['history'],
          params: SessionParams,
          response: answers({ 200: HistoryViewSchema }),
        },
      },
      async ({ params }) => {
        const view = await app.sessionView(params.id);
        if (view === undefined) throw sessionNotFound();
        return view.history;
      },
    );

    server.post(
      '/api/sessions/:id/history',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Undo, redo, or jump to a commit',
          tags: ['history'],
          params: SessionParams,
          body: MoveHistory,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const { to, data } = request.body;
        const command = sessionCommand(request, request.params, request.body);
        return reply.code(202).send(await carriedOut(app.moveHistory({ ...command, to, data })));
      },
    );
  };
