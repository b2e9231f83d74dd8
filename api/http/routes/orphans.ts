import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Command } from '../schemas/commands.ts';
import { OrphansSchema, SweepSchema } from '../schemas/orphans.ts';
import { answers, commandIdOf, type RouteContext } from './context.ts';

/** What is left over at the providers, and its release. */
export const orphanRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/orphans',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'What no session owns any more, what cannot be released, and what is missing',
          tags: ['operator'],
          response: answers({ 200: OrphansSchema }),
        },
      },
      async () => app.orphans(),
    );

    server.post(
      '/api/orphans/release',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Look at the providers now, release every orphan, and try again what was given up on',
          tags: ['operator'],
          body: Command,
          response: answers({ 200: SweepSchema }),
        },
      },
      async ({ body }) => carriedOut(app.releaseOrphans({ commandId: commandIdOf(body) })),
    );
  };
