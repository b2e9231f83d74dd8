import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { RowChange } from '../../panels.ts';
import { carriedOut, readFrom } from '../outcome.ts';
import { DeleteRow, InsertRow, RunSql, SessionParams, TableParams, UpdateRow } from '../schemas/commands.ts';
import { ChangedSchema, SqlResultSchema } from '../schemas/reads.ts';
import { sessionRef } from '../session-ref.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

const ROW_BODY_BYTES = 2 * 1024 * 1024;

/** What the owner does to the app's data by hand. What is to be changed stands in the log before it is. */
export const dataRoutes =
  ({ app, panels }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    const changeRow = async (
      request: FastifyRequest,
      { id, table }: { readonly id: string; readonly table: string },
      change: RowChange,
    ) => {
      const session = await sessionRef(app, id);
      const command = sessionCommand(request, { id }, request.body as { readonly commandId?: string });
      await carriedOut(app.changeData({ ...command, change: { via: change.kind, table } }));
      return readFrom(panels.changeRow(session, table, change));
    };

    server.post(
      '/api/sessions/:id/database/:table/rows',
      {
        bodyLimit: ROW_BODY_BYTES,
        config: { access: 'session' },
        schema: {
          summary: 'Add a row to a table',
          tags: ['backend'],
          params: TableParams,
          body: InsertRow,
          response: answers({ 200: ChangedSchema }),
        },
      },
      async (request) => {
        const { values } = request.body;
        return changeRow(request, request.params, { kind: 'insert', values });
      },
    );

    server.patch(
      '/api/sessions/:id/database/:table/rows',
      {
        bodyLimit: ROW_BODY_BYTES,
        config: { access: 'session' },
        schema: {
          summary: 'Change a row, by its primary key and as it was read',
          tags: ['backend'],
          params: TableParams,
          body: UpdateRow,
          response: answers({ 200: ChangedSchema }),
        },
      },
      async (request) => {
        const { key, version, values } = request.body;
        return changeRow(request, request.params, { kind: 'update', key, version, values });
      },
    );

    server.delete(
      '/api/sessions/:id/database/:table/rows',
      {
        bodyLimit: ROW_BODY_BYTES,
        config: { access: 'session' },
        schema: {
          summary: 'Delete a row, by its primary key and as it was read',
          tags: ['backend'],
          params: TableParams,
          body: DeleteRow,
          response: answers({ 200: ChangedSchema }),
        },
      },
      async (request) => {
        const { key, version } = request.body;
        return changeRow(request, request.params, { kind: 'delete', key, version });
      },
    );

    server.post(
      '/api/sessions/:id/sql',
      {
        config: { access: 'session' },
        schema: {
          summary: "One SQL statement, on the session's own role, for at most ten seconds",
          description: 'With `mode: read` in a transaction that cannot write. At most 200 rows are shown.',
          tags: ['backend'],
          params: SessionParams,
          body: RunSql,
          response: answers({ 200: SqlResultSchema }),
        },
      },
      async (request) => {
        const { statement, mode } = request.body;
        const session = await sessionRef(app, request.params.id);
        if (mode === 'write') {
          const command = sessionCommand(request, request.params, request.body);
          await carriedOut(app.changeData({ ...command, change: { via: 'sql', statement } }));
        }
        return readFrom(panels.sql(session, statement, mode));
      },
    );
  };
