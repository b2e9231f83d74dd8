import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { OpenVersion, SessionParams } from '../schemas/commands.ts';
import { OldVersionSchema } from '../schemas/history.ts';
import { answers, type RouteContext } from './context.ts';

/** Older versions that are looked at: nothing of it is kept, and no event tells of it. */
export const versionRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    const url = '/api/sessions/:id/version';
    const config = { access: 'session' } as const;
    const response = answers({ 200: OldVersionSchema });

    server.get(
      url,
      {
        config,
        schema: {
          summary: 'Which older version is shown beside the app, and whether it is there yet',
          tags: ['history'],
          params: SessionParams,
          response,
        },
      },
      ({ params }) => app.version(params.id),
    );

    server.post(
      url,
      {
        config,
        schema: {
          summary: 'Show a version beside the app, with a database that is thrown away',
          description:
            'At `v-<slug>` in place of `<slug>`. One at a time; closed when unused for some minutes.',
          tags: ['history'],
          params: SessionParams,
          body: OpenVersion,
          response,
        },
      },
      ({ params, body }) => carriedOut(app.openVersion({ sessionId: params.id, commit: body.commit })),
    );

    server.delete(
      url,
      {
        config,
        schema: {
          summary: 'Close the older version that is shown',
          tags: ['history'],
          params: SessionParams,
          response,
        },
      },
      ({ params }) => carriedOut(app.closeVersion({ sessionId: params.id })),
    );
  };
