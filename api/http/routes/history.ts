import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import * as E from 'fp-ts/lib/Either.js';
import { moveTo } from '../../../projections/session-view/moves.ts';
import { sessionNotFound } from '../guard.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, MoveHistory, SessionParams } from '../schemas/commands.ts';
import { HistoryAnswerSchema } from '../schemas/history.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const historyRoutes =
  ({ app, panels }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id/history',
      {
        config: { access: 'session' },
        schema: {
          summary: 'The tree of versions, with what a move to each would change',
          tags: ['history'],
          params: SessionParams,
          response: answers({ 200: HistoryAnswerSchema }),
        },
      },
      async ({ params }) => {
        const view = await app.sessionView(params.id);
        if (view === undefined) throw sessionNotFound();
        const { history } = view;
        const tables = await panels.tables({ sessionId: view.sessionId, slug: view.slug })();
        const shas = [history.root, ...history.commits.map(({ sha }) => sha)].filter((sha) => sha !== '');
        return {
          ...history,
          moves: Object.fromEntries(shas.map((sha) => [sha, moveTo(history, sha)])),
          // Without them it still is a history.
          ...(E.isLeft(tables)
            ? {}
            : { tables: tables.right.tables.map(({ name, rows }) => ({ name, rows })) }),
        };
      },
    );

    server.post(
      '/api/sessions/:id/history',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Undo, redo, or jump to a commit, with the data or without it',
          tags: ['history'],
          params: SessionParams,
          body: MoveHistory,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const { to, data, checkpointId } = request.body;
        const command = sessionCommand(request, request.params, request.body);
        const move = { ...command, to, data, ...(checkpointId === undefined ? {} : { checkpointId }) };
        return reply.code(202).send(await carriedOut(app.moveHistory(move)));
      },
    );
  };
