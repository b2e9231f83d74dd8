import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionNotFound } from '../guard.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, AtQuery, SessionParams } from '../schemas/commands.ts';
import { TranscriptViewSchema } from '../schemas/transcript.ts';
import { SessionViewSchema } from '../schemas/views.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

export const sessionRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id',
      {
        config: { access: 'session' },
        schema: {
          summary: 'The session, now or as it was',
          tags: ['sessions'],
          params: SessionParams,
          querystring: AtQuery,
          response: answers({ 200: SessionViewSchema }),
        },
      },
      async ({ params: { id }, query: { at } }) =>
        at === undefined ? found(await app.sessionView(id)) : (await carriedOut(app.sessionAt(id, at))).view,
    );

    server.get(
      '/api/sessions/:id/transcript',
      {
        config: { access: 'session' },
        schema: {
          summary: 'What was said and done, now or as it was',
          tags: ['sessions'],
          params: SessionParams,
          querystring: AtQuery,
          response: answers({ 200: TranscriptViewSchema }),
        },
      },
      async ({ params: { id }, query: { at } }) =>
        at === undefined
          ? found(await app.transcript(id))
          : (await carriedOut(app.sessionAt(id, at))).transcript,
    );

    server.delete(
      '/api/sessions/:id',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Close the session and release everything it owns',
          tags: ['sessions'],
          params: SessionParams,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) =>
        reply.code(202).send(await carriedOut(app.closeSession(sessionCommand(request, request.params)))),
    );
  };

const found = <View>(view: View | undefined): View => {
  if (view === undefined) throw sessionNotFound();
  return view;
};
