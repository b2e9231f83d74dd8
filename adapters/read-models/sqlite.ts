import type { ReadModels } from '../../projections/ports.ts';
import { inTransaction, openStore } from '../sqlite.ts';
import type { Logger } from '../sqlite-file/logger.ts';
import { purger } from '../sqlite-file/purger.ts';
import { catalogue } from './catalogue.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { sweeper } from './sweeper.ts';
import { rowWriter, serialised } from './write-rows.ts';

/**
 * Read models in one SQLite file. Everything in it can be rebuilt from the log, so a commit need not be on disk to be
 * answered (`synchronous=NORMAL`): after a power cut the checkpoint is as old as the rows, and the log is replayed.
 */
export const openSqliteReadModels = ({
  file,
  logger,
}: {
  readonly file: string;
  readonly logger?: Logger;
}): ReadModels => {
  const database = openStore({
    file,
    what: 'read models',
    applicationId: APPLICATION_ID,
    migrations: MIGRATIONS,
  });
  database.exec('PRAGMA synchronous = NORMAL');
  const selectDoc = database.prepare('SELECT doc FROM rows WHERE tbl = ? AND key = ?');
  const selectCheckpoint = database.prepare('SELECT position FROM checkpoints WHERE tbl = ?');
  const selectByIndex = database.prepare(
    'SELECT doc FROM lookups JOIN rows USING (tbl, key) WHERE tbl = ? AND name = ? AND value = ? ORDER BY key',
  );
  const tables = catalogue(database);
  const writeRows = rowWriter(database);
  const purging = purger(database, { isBeside: true, ...(logger === undefined ? {} : { logger }) });
  /** Not while the file is written anew: a statement would wait for that, and with it everybody. */
  const change = async <A>(work: () => A): Promise<A> => {
    await purging.idle();
    return inTransaction(database, work);
  };
  const sweep = sweeper(database, tables, change);
  /** Nobody waits for it; what it cannot delete now, it finds again the next time. */
  const sweepSoon = (): void => {
    sweep().catch(() => undefined);
  };
  sweepSoon();

  return {
    isShared: false,
    checkpoint: async (table) => textOf(selectCheckpoint.get(table)?.position),
    get: async (table, key) => parsed(selectDoc.get(table, key)?.doc),
    find: async (table, index, value) => selectByIndex.all(table, index, value).map((row) => parsed(row.doc)),
    write: async (table, rows, checkpoint) => {
      const ready = await serialised(rows);
      await change(() => writeRows(table, ready, checkpoint));
      return 'here';
    },
    tables: async (projection) => tables.of(projection),
    begin: async (table) => {
      // A name that is used again must not meet rows of who had it before.
      await sweep();
      await change(() => tables.begin(table));
      sweepSoon();
    },
    serve: async (table, { rows, checkpoint, pinned }) => {
      const ready = await serialised(rows);
      await change(() => {
        writeRows(table.name, ready, checkpoint);
        tables.serve(table, pinned);
      });
      sweepSoon();
    },
    drop: async (table) => {
      await change(() => tables.drop(table));
      await sweep();
    },
    purge: purging.soon,
    close: async () => {
      await purging.idle();
      purging.atOnce();
      database.close();
    },
  };
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const parsed = (doc: unknown): unknown => (typeof doc === 'string' ? JSON.parse(doc) : undefined);
