import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { readFrom } from '../outcome.ts';
import { PageQuery, SessionParams, TableParams } from '../schemas/commands.ts';
import { AnalyticsSchema, MailboxSchema, TablePageSchema, TablesSchema } from '../schemas/reads.ts';
import { sessionRef } from '../session-ref.ts';
import { answers, type RouteContext } from './context.ts';

/** What the app's backend holds. */
export const backendRoutes =
  ({ app, panels }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id/database',
      {
        config: { access: 'session' },
        schema: {
          summary: "The tables of the session's database",
          tags: ['backend'],
          params: SessionParams,
          response: answers({ 200: TablesSchema }),
        },
      },
      async ({ params }) => readFrom(panels.tables(await sessionRef(app, params.id))),
    );

    server.get(
      '/api/sessions/:id/database/:table',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Rows of one table',
          tags: ['backend'],
          params: TableParams,
          querystring: PageQuery,
          response: answers({ 200: TablePageSchema }),
        },
      },
      async ({ params, query: { limit, offset, sort, direction } }) =>
        readFrom(
          panels.rows(await sessionRef(app, params.id), params.table, {
            limit,
            offset,
            ...(sort === undefined ? {} : { sort: { column: sort, direction } }),
          }),
        ),
    );

    server.get(
      '/api/sessions/:id/mail',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Mails the app has sent, and its audience',
          tags: ['backend'],
          params: SessionParams,
          response: answers({ 200: MailboxSchema }),
        },
      },
      async ({ params }) => readFrom(panels.mail(await sessionRef(app, params.id))),
    );

    server.get(
      '/api/sessions/:id/analytics',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Events the app has tracked',
          tags: ['backend'],
          params: SessionParams,
          response: answers({ 200: AnalyticsSchema }),
        },
      },
      async ({ params }) => readFrom(panels.analytics(await sessionRef(app, params.id))),
    );
  };
