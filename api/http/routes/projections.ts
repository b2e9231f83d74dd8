import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { ProjectionParams, ProjectionSchema, ProjectionsSchema } from '../schemas/projections.ts';
import { answers, type RouteContext } from './context.ts';

/** The read side as an operator sees it: what serves, how far behind, what is being rebuilt. */
export const projectionRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/projections',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Every projection: version, lag, and the progress of a rebuild',
          tags: ['operator'],
          response: answers({ 200: ProjectionsSchema }),
        },
      },
      async () => ({ projections: [...(await app.projections())] }),
    );

    server.post(
      '/api/projections/:name/rebuild',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Build it anew from the whole log, beside what serves; asking again changes nothing',
          tags: ['operator'],
          params: ProjectionParams,
          response: answers({ 202: ProjectionSchema }),
        },
      },
      async ({ params }, reply) => reply.code(202).send(await carriedOut(app.rebuildProjection(params.name))),
    );

    server.post(
      '/api/projections/:name/rollback',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Go back to the table that served before; it is caught up first',
          tags: ['operator'],
          params: ProjectionParams,
          response: answers({ 200: ProjectionSchema }),
        },
      },
      async ({ params }) => carriedOut(app.rollBackProjection(params.name)),
    );
  };
