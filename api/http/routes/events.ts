import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Application } from '../../application.ts';
import { carriedOut } from '../outcome.ts';
import { EventsQuery, SessionParams } from '../schemas/commands.ts';
import { EventPageSchema, VerificationSchema } from '../schemas/reads.ts';
import { answers, type RouteContext } from './context.ts';

const EXPORT_PAGE = 500;

/** The audit page: one session's whole history. */
export const eventRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id/events',
      {
        config: { access: 'session' },
        schema: {
          summary: 'A page of what happened, in order',
          tags: ['audit'],
          params: SessionParams,
          querystring: EventsQuery,
          response: answers({ 200: EventPageSchema }),
        },
      },
      async ({ params: { id }, query }) => {
        const events = await carriedOut(app.events(id, query));
        return { events: [...events], head: Math.max(app.live.head(id), events.at(-1)?.pos ?? -1) };
      },
    );

    server.get(
      '/api/sessions/:id/events.ndjson',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Everything that happened, one event a line',
          tags: ['audit'],
          params: SessionParams,
          produces: ['application/x-ndjson'],
          response: answers({ 200: Type.Unsafe<Readable>({ type: 'string' }) }),
        },
      },
      async ({ params: { id } }, reply) => {
        // The first page decides between an answer and a problem: after it the status is on its way.
        const first = await carriedOut(app.events(id, { from: 0, limit: EXPORT_PAGE }));
        return reply
          .type('application/x-ndjson')
          .header('content-disposition', `attachment; filename="session-${id}.ndjson"`)
          .send(Readable.from(lines(app, id, first)));
      },
    );

    server.get(
      '/api/sessions/:id/events/verify',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Check every seal, and name the first event that does not fit',
          tags: ['audit'],
          params: SessionParams,
          response: answers({ 200: VerificationSchema }),
        },
      },
      async ({ params: { id } }) => carriedOut(app.verify(id)),
    );
  };

/** Page after page until one is empty. A page that cannot be read cuts the download off, visibly to the client. */
async function* lines(
  app: Application,
  id: string,
  first: Awaited<ReturnType<typeof firstPage>>,
): AsyncGenerator<string> {
  for (let page = first; page.length > 0; ) {
    yield page.map((event) => `${JSON.stringify(event)}\n`).join('');
    page = await firstPage(app, id, (page.at(-1)?.pos ?? -1) + 1);
  }
}

const firstPage = (app: Application, id: string, from: number) =>
  carriedOut(app.events(id, { from, limit: EXPORT_PAGE }));
