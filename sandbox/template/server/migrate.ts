import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { modifiedAt } from './code-files.ts';

const FOLDER = 'drizzle';
const JOURNAL = `${FOLDER}/meta/_journal.json`;
const SCHEMA = 'server/schema.ts';

/** Any number, the same in every process of this app: whoever holds it migrates, the others wait. */
const LOCK = 5_173_001;

// What this process has seen applied, so that a reload of the code costs no query where nothing is new.
type Applied = { url: string; hashes: Set<string> };
const held = globalThis as typeof globalThis & { __appMigrations?: Applied };

/**
 * Applies every migration in `drizzle/` that the database has not recorded, in order and in one transaction, and answers
 * how many. Drizzle's own migrator compares times with the newest record; here each file counts by itself, so that code
 * which was undone, changed and redone always finds its columns. The record is Drizzle's own table: both agree.
 */
export async function migrate(url: string): Promise<number> {
  const migrations = existsSync(JOURNAL) ? readMigrationFiles({ migrationsFolder: FOLDER }) : [];
  if (held.__appMigrations?.url !== url) held.__appMigrations = { url, hashes: new Set() };
  const { hashes } = held.__appMigrations;
  if (migrations.every(({ hash }) => hashes.has(hash))) return 0;

  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await applyMissing(client, migrations, hashes);
  } finally {
    await client.end();
  }
}

/** An edit of the schema that is no migration after so long was left without one: who looks at the page is to see that. */
const WRITTEN_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;
/** Also where the clock that the edit was made by is ahead of this one. */
const PATIENCE_MS = 20_000;

/** Waits for the migration that is being written, or applied by another process, and applies what is not yet. */
export async function untilMigrated(url: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (isBeingWritten() && Date.now() < until) await sleep(LOOK_EVERY_MS);
  await migrate(url);
}

function isBeingWritten(): boolean {
  const edited = modifiedAt(SCHEMA);
  return edited > modifiedAt(JOURNAL) && Date.now() - edited < WRITTEN_WITHIN_MS;
}

async function applyMissing(
  client: pg.Client,
  migrations: readonly MigrationMeta[],
  hashes: Set<string>,
): Promise<number> {
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
  await client.query('create schema if not exists drizzle');
  await client.query(
    'create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  const { rows } = await client.query<{ hash: string }>('select hash from drizzle.__drizzle_migrations');
  const recorded = new Set(rows.map(({ hash }) => hash));
  const missing = migrations.filter(({ hash }) => !recorded.has(hash));
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) await client.query(statement);
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      folderMillis,
    ]);
  }
  await client.query('commit');
  for (const { hash } of migrations) hashes.add(hash);
  return missing.length;
}
