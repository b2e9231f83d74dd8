import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ClientBase } from 'pg';
import type { Scratch } from '../../../commands/ports/checkpoints.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { databaseName } from '../../../domain/services.ts';
import { toProviderError } from '../errors.ts';
import { dropBeside, openEntry } from './entry.ts';
import { exclusively } from './locks.ts';
import { copyName, isScratch, scratchName, slugOf } from './names.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import * as sql from './statements.ts';

/** The copy that needs none, as checkpoints name it. */
const EMPTY = 'empty';

const MISSING: ProviderError = {
  code: 'checkpoint_missing',
  message: 'The data of that version is no longer there.',
  retryable: false,
};

/**
 * A copy of a copy with a role of its own, since the cluster lets a role into the database of its name and no other. That
 * role acts as the session's: what is in there belongs to that one.
 */
export const embeddedScratch = (cluster: EmbeddedPostgres): Scratch => {
  const { admin } = cluster;
  const create = async (
    client: ClientBase,
    slug: string,
    checkpointId: string | undefined,
  ): Promise<string | undefined> => {
    const [name, owner] = [scratchName(slug), databaseName(slug)];
    await dropBeside(client, name);
    const isEmpty = checkpointId === undefined || checkpointId === EMPTY;
    const from = isEmpty ? sql.PRISTINE : copyName(slug, checkpointId);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [from]);
    if (rowCount !== 1) return undefined;
    await client.query(sql.copyDatabase(name, from, owner));
    await sql.runAll(client, sql.resetDatabase(name));
    return openEntry(cluster, client, { database: name, owner });
  };

  return {
    open:
      ({ slug, checkpointId, signal }) =>
      async () => {
        const made = await TE.tryCatch(
          () =>
            admin.copying(signal, (client) =>
              exclusively(client, databaseName(slug), () => create(client, slug, checkpointId)),
            ),
          toProviderError('make a database to look at', signal),
        )();
        if (made._tag === 'Left') return made;
        return made.right === undefined ? TE.left(MISSING)() : TE.right({ databaseUrl: made.right })();
      },
    close: ({ slug, signal }) =>
      TE.tryCatch(
        () =>
          admin.use(signal, (client) =>
            exclusively(client, databaseName(slug), () => dropBeside(client, scratchName(slug))),
          ),
        toProviderError('end a database to look at', signal),
      ),
    list: (signal) =>
      TE.tryCatch(
        async () => {
          const { rows } = await admin.use(signal, (client) =>
            client.query<{ name: string }>(
              'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1) UNION SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)',
              [databaseName('')],
            ),
          );
          const slugs = rows.flatMap(({ name }) => (isScratch(name) ? (slugOf(name) ?? []) : []));
          return [...new Set(slugs)];
        },
        toProviderError('list databases', signal),
      ),
  };
};
