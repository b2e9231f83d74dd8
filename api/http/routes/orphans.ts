import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Command } from '../schemas/commands.ts';
import { OrphansSchema, SweepRunningSchema, SweepSchema } from '../schemas/orphans.ts';
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
          description:
            'Answers with what came of it (200), or after 20 s that it goes on (202). While it does, asking again is ' +
            'answered in the same way, and begins no other one.',
          tags: ['operator'],
          body: Command,
          response: answers({ 200: SweepSchema, 202: SweepRunningSchema }),
        },
      },
      async ({ body }, reply) => {
        const outcome = await carriedOut(app.releaseOrphans({ commandId: commandIdOf(body) }));
        return 'state' in outcome ? reply.code(202).send(outcome) : reply.code(200).send(outcome);
      },
    );
  };
