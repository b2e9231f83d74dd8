import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { MAX_FILE_BYTES } from '../../../domain/session/decide/code.ts';
import { carriedOut, readFrom } from '../outcome.ts';
import {
  AcceptedSave,
  DeleteFile,
  FileParams,
  RenameFile,
  SaveFile,
  SearchQuery,
  SessionParams,
} from '../schemas/commands.ts';
import { SearchSchema, ZipSchema } from '../schemas/reads.ts';
import { sessionRef } from '../session-ref.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

/** Every character may be escaped on its way, as `\u0000` is. */
const BODY_BYTES = 6 * MAX_FILE_BYTES + 10_000;

/** What is done with the code beside reading it: saved, searched, taken along. */
export const codeEditRoutes =
  ({ app, panels }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.put(
      '/api/sessions/:id/files/*',
      {
        bodyLimit: BODY_BYTES,
        config: { access: 'session' },
        schema: {
          summary: 'Save a file, as a commit of its own',
          description:
            'Answers as soon as it is asked for; `save` in the session view says what became of it. A file that was changed since `base` was read is refused, and stays as it is.',
          tags: ['code'],
          params: FileParams,
          body: SaveFile,
          response: answers({ 202: AcceptedSave }),
        },
      },
      async (request, reply) => {
        const { content, base } = request.body;
        const command = sessionCommand(request, request.params, request.body);
        const path = request.params['*'];
        return reply.code(202).send(await carriedOut(app.saveFile({ ...command, path, content, base })));
      },
    );

    server.patch(
      '/api/sessions/:id/files/*',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Rename a file, as a commit of its own',
          description: 'Answers like a save. A file that is there already is not replaced.',
          tags: ['code'],
          params: FileParams,
          body: RenameFile,
          response: answers({ 202: AcceptedSave }),
        },
      },
      async (request, reply) => {
        const { to, base } = request.body;
        const command = sessionCommand(request, request.params, request.body);
        const path = request.params['*'];
        return reply.code(202).send(await carriedOut(app.changeFile({ ...command, path, to, base })));
      },
    );

    server.delete(
      '/api/sessions/:id/files/*',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Delete a file, as a commit of its own: undo brings it back',
          tags: ['code'],
          params: FileParams,
          body: DeleteFile,
          response: answers({ 202: AcceptedSave }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { base } = request.body;
        const path = request.params['*'];
        return reply.code(202).send(await carriedOut(app.changeFile({ ...command, path, base })));
      },
    );

    server.get(
      '/api/sessions/:id/search',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Lines of the code that hold a text',
          tags: ['code'],
          params: SessionParams,
          querystring: SearchQuery,
          response: answers({ 200: SearchSchema }),
        },
      },
      async ({ params, query }) =>
        readFrom(panels.search(await sessionRef(app, params.id), query.q, query.sha)),
    );

    server.get(
      '/api/sessions/:id/export.zip',
      {
        config: { access: 'session' },
        schema: {
          summary: 'The app to take along: its code, `.env.example` and its database as SQL',
          tags: ['code'],
          produces: ['application/zip'],
          params: SessionParams,
          response: answers({ 200: ZipSchema }),
        },
      },
      async ({ params }, reply) => {
        const session = await sessionRef(app, params.id);
        const names = (await carriedOut(app.maskedEnv(params.id))).map(({ name }) => name);
        const zip = await readFrom(panels.exportZip(session, names));
        return reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="mk0r-${session.slug}.zip"`)
          .header('cache-control', 'no-store')
          .send(zip);
      },
    );
  };
