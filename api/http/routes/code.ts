import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { readFrom } from '../outcome.ts';
import { FileParams, SessionParams, ShaParams, ShaQuery } from '../schemas/commands.ts';
import { CloneSchema, DiffSchema, FileListSchema, FileSchema } from '../schemas/reads.ts';
import { sessionRef } from '../session-ref.ts';
import { answers, type RouteContext } from './context.ts';

/** The session's code, read from its own repository. */
export const codeRoutes =
  ({ app, panels }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/sessions/:id/files',
      {
        config: { access: 'session' },
        schema: {
          summary: 'The files of a commit',
          tags: ['code'],
          params: SessionParams,
          querystring: ShaQuery,
          response: answers({ 200: FileListSchema }),
        },
      },
      async ({ params, query }) => readFrom(panels.files(await sessionRef(app, params.id), query.sha)),
    );

    server.get(
      '/api/sessions/:id/files/*',
      {
        config: { access: 'session' },
        schema: {
          summary: 'One file of a commit',
          tags: ['code'],
          params: FileParams,
          querystring: ShaQuery,
          response: answers({ 200: FileSchema }),
        },
      },
      async ({ params, query }) =>
        readFrom(panels.file(await sessionRef(app, params.id), params['*'], query.sha)),
    );

    server.get(
      '/api/sessions/:id/diff/:sha',
      {
        config: { access: 'session' },
        schema: {
          summary: 'What a commit changed',
          tags: ['code'],
          params: ShaParams,
          response: answers({ 200: DiffSchema }),
        },
      },
      async ({ params }) => readFrom(panels.diff(await sessionRef(app, params.id), params.sha)),
    );

    server.get(
      '/api/sessions/:id/clone',
      {
        config: { access: 'session' },
        schema: {
          summary: 'A fresh, short-lived URL to clone the repository with',
          tags: ['code'],
          params: SessionParams,
          response: answers({ 200: CloneSchema }),
        },
      },
      async ({ params }, reply) => {
        reply.header('cache-control', 'no-store');
        return readFrom(panels.clone(await sessionRef(app, params.id)));
      },
    );
  };
