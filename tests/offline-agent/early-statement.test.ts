import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Backend, type Services, startBackend } from './backend.ts';

/** Loaded by the name of its file: what it imports is the template's own, and need not be there to check types here. */
const SERVER = join(import.meta.dirname, '../../sandbox/template/server');
type Database = { db: () => unknown };
type Migrations = { migrate: (url: string) => Promise<number> };
const held = globalThis as typeof globalThis & { __appPool?: { pool: pg.Pool }; __appMigrations?: object };

/** What whoever migrates holds. */
const LOCK = 5_173_001;
const RATED = 'alter table trips add column rating integer';
const NOTES = 'create table notes as select 1 as id';

/** The app's own `server/db.ts`, in a process whose directory is the app's. */
describe('a statement of an app that is ahead of its database', () => {
  const before = process.cwd();
  let db: Database['db'];
  let migrate: Migrations['migrate'];
  let backend: Backend;
  let services: Services;
  let cwd: string;
  let migrations: readonly string[];
  let sent: string[];
  let refused: Promise<void>;
  let minutes = 0;

  const url = () => services.env.DATABASE_URL ?? '';
  const pool = (): pg.Pool => {
    db();
    return held.__appPool?.pool as pg.Pool;
  };
  const ask = async (text: string) => (await pool().query(text)).rows;
  const write = async (path: string, text: string) => {
    await mkdir(join(cwd, path, '..'), { recursive: true });
    await writeFile(join(cwd, path), text);
  };
  /** Each a minute after the one before, and all to come: however slow this machine is, an edit was a moment ago. */
  const stamp = async (path: string) => {
    minutes += 1;
    const at = Date.now() / 1000 + minutes * 60;
    await utimes(join(cwd, path), at, at);
  };
  const editSchema = async () => {
    await write('server/schema.ts', '');
    await stamp('server/schema.ts');
  };
  /** As `npm run db:change` does: the journal last. */
  const writeMigration = async (sql: string) => {
    migrations = [...migrations, sql];
    const entries = migrations.map((_, idx) => ({
      idx,
      version: '7',
      when: idx + 1,
      tag: `${idx}`,
      breakpoints: true,
    }));
    await write(`drizzle/${migrations.length - 1}.sql`, sql);
    await write(
      'drizzle/meta/_journal.json',
      JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
    );
    await stamp('drizzle/meta/_journal.json');
  };
  const leavePool = async () => {
    await pool().end();
    delete held.__appPool;
  };
  /** What the next pool sends, and when it is refused first. */
  const watch = async () => {
    const prototype: pg.Pool = Object.getPrototypeOf(pool());
    await leavePool();
    const { promise, resolve } = Promise.withResolvers<void>();
    refused = promise;
    const query = prototype.query as (this: pg.Pool, text: string) => Promise<pg.QueryResult>;
    vi.spyOn(prototype, 'query').mockImplementation(function (this: pg.Pool, text: string) {
      sent.push(text);
      return query.call(this, text).catch((error: unknown) => {
        resolve();
        throw error;
      });
    } as never);
  };

  beforeAll(async () => {
    [{ db }, { migrate }] = (await Promise.all([
      import(join(SERVER, 'db.ts')),
      import(join(SERVER, 'migrate.ts')),
    ])) as [Database, Migrations];
    backend = await startBackend();
  });
  afterAll(() => backend.close());
  beforeEach(async () => {
    services = await backend.provision();
    cwd = await mkdtemp(join(tmpdir(), 'mk0r-early-'));
    process.chdir(cwd);
    process.env.DATABASE_URL = url();
    delete held.__appMigrations;
    [migrations, sent] = [[], []];
    await editSchema();
    await writeMigration("create table trips as select 'Porto' as place");
    await migrate(url());
    await watch();
  });
  afterEach(async () => {
    await leavePool();
    vi.restoreAllMocks();
    delete process.env.DATABASE_URL;
    process.chdir(before);
    await rm(cwd, { recursive: true });
  });

  it('is sent once more after the migration that comes of an edit of the schema', async () => {
    await editSchema();
    const rows = ask('select place, rating from trips');
    await refused;
    await writeMigration(RATED);
    expect(await rows).toEqual([{ place: 'Porto', rating: null }]);
    expect(sent).toHaveLength(2);
  });

  it('is sent once more after a migration that another process is applying', async () => {
    const other = new pg.Client({ connectionString: url() });
    await other.connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await other.query(NOTES);
    await writeMigration(NOTES);
    const rows = ask('select id from notes');
    await refused;
    const hash = createHash('sha256').update(NOTES).digest('hex');
    await other.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, 2)', [hash]);
    await other.query('commit');
    await other.end();
    expect(await rows).toEqual([{ id: 1 }]);
    expect(sent).toHaveLength(2);
  });

  it('fails all the same where no migration is under way', async () => {
    await utimes(join(cwd, 'server/schema.ts'), 1, 1);
    await expect(ask('select place, rating from trips')).rejects.toMatchObject({ code: '42703' });
    expect(sent).toHaveLength(2);
  });
});
