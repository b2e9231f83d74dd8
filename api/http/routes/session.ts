import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionNotFound } from '../guard.ts';
import { carriedOut } from '../outcome.ts';
import { Accepted, AtQuery, Command, SessionParams } from '../schemas/commands.ts';
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
        at === undefined
          ? found(await app.sessionView(id))
          : (await carriedOut(app.audit.stateAt(id, at, 'shown'))).view,
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
          : (await carriedOut(app.audit.stateAt(id, at, 'shown'))).transcript,
    );

    server.post(
      '/api/sessions/:id/upgrade',
      {
        config: { access: 'session' },
        preHandler: (request) => server.limits.sessionStart(request),
        schema: {
          summary: 'Make a full app of a quick page',
          description:
            'The session boots like any other, and its first turn builds the app from the page and all that was asked for. Where it cannot be set up, the page stays as it is.',
          tags: ['sessions'],
          params: SessionParams,
          body: Command,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(await carriedOut(app.upgrade(sessionCommand(request, request.params, request.body)))),
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
