import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Accepted, Drain, SetTarget } from '../schemas/commands.ts';
import { PoolViewSchema } from '../schemas/pool.ts';
import { answers, commandIdOf, type RouteContext } from './context.ts';

export const operatorRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/pool',
      {
        config: { access: 'operator' },
        schema: { summary: 'The pool', tags: ['operator'], response: answers({ 200: PoolViewSchema }) },
      },
      async () => app.pool(),
    );

    server.post(
      '/api/pool/target',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'How many sessions stand ready',
          tags: ['operator'],
          body: SetTarget,
          response: answers({ 202: Accepted }),
        },
      },
      async ({ body }, reply) => {
        const command = { commandId: commandIdOf(body), target: body.target };
        return reply.code(202).send(await carriedOut(app.setPoolTarget(command)));
      },
    );

    server.post(
      '/api/pool/drain',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Discard every pool entry nobody has claimed',
          tags: ['operator'],
          body: Drain,
          response: answers({ 202: Accepted }),
        },
      },
      async ({ body }, reply) => {
        const command = { commandId: commandIdOf(body), reason: body.reason };
        return reply.code(202).send(await carriedOut(app.drainPool(command)));
      },
    );
  };
