import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Accepted } from '../schemas/commands.ts';
import { OpsReportSchema, RetryStep } from '../schemas/ops.ts';
import { answers, commandIdOf, type RouteContext } from './context.ts';

/** How the whole installation does, and what an operator can do about it. */
export const opsRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/ops',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Sessions, boots, claims, providers, parked work, pool, views and this process',
          tags: ['operator'],
          response: answers({ 200: OpsReportSchema }),
        },
      },
      async () => {
        const [live, pool, projections] = await Promise.all([app.ops(), app.pool(), app.projections()]);
        return { ...live, pool, projections: [...projections] };
      },
    );

    server.post(
      '/api/ops/retry',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Try again one step that was given up on',
          description:
            'The event it appends, and whether an operator may ask for it, stands beside each parked step.',
          tags: ['operator'],
          body: RetryStep,
          response: answers({ 202: Accepted }),
        },
      },
      async ({ body }, reply) => {
        const { sessionId, step } = body;
        const command = { commandId: commandIdOf(body), sessionId, step };
        return reply.code(202).send(await carriedOut(app.retryStep(command)));
      },
    );
  };
