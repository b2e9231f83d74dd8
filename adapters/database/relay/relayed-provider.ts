import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DatabaseProvider } from '../../../commands/ports/checkpoints.ts';
import type { Provisioned } from '../../../commands/ports/services.ts';
import { throughRelay } from './endpoint.ts';

/** The same service, for sandboxes that reach it through the relay at `port` only. Its facts stay the service's own. */
export const relayedDatabaseProvider = (provider: DatabaseProvider, port: number): DatabaseProvider => ({
  ...provider,
  checkpoints: {
    ...provider.checkpoints,
    scratch: {
      ...provider.checkpoints.scratch,
      open: (request) =>
        pipe(
          provider.checkpoints.scratch.open(request),
          TE.map(({ databaseUrl }) => ({ databaseUrl: throughRelay(databaseUrl, port) })),
        ),
    },
  },
  provision: (request) =>
    pipe(
      provider.provision(request),
      TE.map(
        ({ env, ...provisioned }): Provisioned => ({
          ...provisioned,
          env: { ...env, DATABASE_URL: throughRelay(env.DATABASE_URL ?? '', port), NEON_HOST: '127.0.0.1' },
        }),
      ),
    ),
});
