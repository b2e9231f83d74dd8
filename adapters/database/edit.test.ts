import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { left, right } from '../../domain/testing/outcome.ts';
import { query, urlOf } from './database.contract.ts';
import { changeRow } from './edit.ts';
import type { EmbeddedPostgres } from './embedded/postgres.ts';
import { embeddedDatabaseProvider } from './embedded/provider.ts';
import { newSlug, type TestCluster, testCluster } from './embedded/testing.ts';
import { readTable } from './inspect.ts';
import { MAX_ROWS, runSql } from './run-sql.ts';

let files: TestCluster;
let cluster: EmbeddedPostgres;
let url: string;
let other: string;

const provisioned = async (): Promise<string> => {
  const slug = newSlug();
  const request = { sessionId: slug, slug, signal: AbortSignal.timeout(60_000) };
  return urlOf(await right(embeddedDatabaseProvider(cluster).provision(request)));
};

beforeAll(async () => {
  files = await testCluster();
  cluster = await files.start();
  [url, other] = [await provisioned(), await provisioned()];
});
afterAll(async () => {
  await cluster.close();
  await files.remove();
});

const page = async (table: string, sort?: { column: string; direction: 'asc' | 'desc' }) =>
  right(readTable(url, table, { limit: 50, offset: 0, ...(sort === undefined ? {} : { sort }) }));

describe('changing a row by hand', () => {
  const TABLE = 'sch"ema.Hab"its; DROP';
  beforeEach(() =>
    query(
      url,
      `DROP SCHEMA IF EXISTS "sch""ema" CASCADE; CREATE SCHEMA "sch""ema";
       CREATE TYPE "sch""ema"."mo""od" AS ENUM ('calm', 'it''s wild');
       CREATE TABLE "sch""ema"."Hab""its; DROP" (
         id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "na""me" varchar(5) NOT NULL DEFAULT 'x',
         mood "sch""ema"."mo""od", tags text[], code char(3), at timestamptz DEFAULT now(),
         twice int GENERATED ALWAYS AS (id * 2) STORED);
       INSERT INTO "sch""ema"."Hab""its; DROP" ("na""me", mood) VALUES ('run', 'calm'), ('read', NULL)`,
    ),
  );

  it('inserts, updates and deletes, whatever is quoted in names and values', async () => {
    await right(
      changeRow(url, TABLE, {
        kind: 'insert',
        values: { 'na"me': `';--`, mood: "it's wild", tags: '{"a b",NULL}', code: 'abc', at: null },
      }),
    );
    await right(changeRow(url, TABLE, { kind: 'insert', values: {} }));
    const before = await page(TABLE);
    expect(before.key).toEqual(['id']);
    expect(before.rows.map(([, name]) => name)).toEqual(['run', 'read', `';--`, 'x']);
    const [, , third] = before.rows;
    expect(third?.slice(2, 6)).toEqual(["it's wild", '{"a b",NULL}', 'abc', null]);

    await right(
      changeRow(url, TABLE, {
        kind: 'update',
        key: { id: '3' },
        version: before.versions[2] ?? '',
        values: { 'na"me': '', mood: null },
      }),
    );
    await right(
      changeRow(url, TABLE, { kind: 'delete', key: { id: '1' }, version: before.versions[0] ?? '' }),
    );
    const after = await page(TABLE, { column: 'na"me', direction: 'desc' });
    expect(after.rows.map((row) => row.slice(0, 3))).toEqual([
      ['4', 'x', null],
      ['2', 'read', null],
      ['3', '', null],
    ]);
  });

  it('changes nothing that was changed meanwhile, and nothing twice', async () => {
    const { versions } = await page(TABLE);
    const update = { kind: 'update', key: { id: '1' }, version: versions[0] ?? '' } as const;
    await right(changeRow(url, TABLE, { ...update, values: { 'na"me': 'one' } }));
    const late = changeRow(url, TABLE, { ...update, values: { 'na"me': 'two' } });
    expect(await left(late)).toMatchObject({ code: 'row_changed' });
    expect(
      await left(changeRow(url, TABLE, { kind: 'delete', key: { id: '1' }, version: versions[0] ?? '' })),
    ).toMatchObject({ code: 'row_changed' });
  });

  it.each([
    ['a value that is too long is not cut', { 'na"me': 'longer than five' }, 'sql_refused', /too long/],
    ['a null where there must be none', { 'na"me': null }, 'sql_refused', /not-null/],
    ['no value of the type', { mood: 'furious' }, 'sql_refused', /enum/],
    ['no date', { at: "'; DROP TABLE x" }, 'sql_refused', /timestamp/],
    ['a column there is not', { 'name" = 1; --': 'x' }, 'unknown_column', /no column/],
    ['a column like a property', { constructor: 'x' }, 'unknown_column', /no column/],
    ['a column the database writes', { twice: '4' }, 'column_generated', /itself/],
    ['a column that counts for itself', { id: '9' }, 'column_generated', /itself/],
  ])('refuses, with the words of who refuses it: %s', async (_what, values, code, words) => {
    const error = await left(changeRow(url, TABLE, { kind: 'insert', values: values as never }));
    expect(error).toMatchObject({ code, retryable: false });
    expect(error.message).toMatch(words);
  });

  it('needs a key to know a row by', async () => {
    await query(url, 'DROP TABLE IF EXISTS loose; CREATE TABLE loose (a int); INSERT INTO loose VALUES (1)');
    expect(
      await left(changeRow(url, 'loose', { kind: 'delete', key: { a: '1' }, version: '1' })),
    ).toMatchObject({ code: 'no_primary_key' });
    expect(await left(changeRow(url, TABLE, { kind: 'delete', key: {}, version: '1' }))).toMatchObject({
      code: 'key_invalid',
    });
    for (const table of ['pg_catalog.pg_authid', 'pg_authid', 'information_schema.tables', 'no such'])
      expect(await left(changeRow(url, table, { kind: 'insert', values: {} }))).toMatchObject({
        code: 'unknown_table',
      });
  });

  it('knows a row by a key of several columns', async () => {
    await query(
      url,
      `DROP TABLE IF EXISTS days; CREATE TABLE days (n int, d date, done bool, PRIMARY KEY (d, n));
       INSERT INTO days VALUES (1, '2026-01-01', false), (2, '2026-01-01', false)`,
    );
    const { key, versions } = await page('days');
    expect(key).toEqual(['d', 'n']);
    const change = { kind: 'update', key: { n: '2', d: '2026-01-01' }, values: { done: 'true' } } as const;
    await right(changeRow(url, 'days', { ...change, version: versions[1] ?? '' }));
    expect((await page('days')).rows).toEqual([
      ['1', '2026-01-01', 'false'],
      ['2', '2026-01-01', 'true'],
    ]);
  });

  it('sorts by any column there is, and by none that is not', async () => {
    const by = async (column: string) =>
      (await page(TABLE, { column, direction: 'desc' })).rows.map(([id]) => id);
    expect(await by('id')).toEqual(['2', '1']);
    expect(await by('id"; DROP TABLE days; --')).toEqual(['1', '2']);
    await query(url, 'DROP TABLE IF EXISTS blobs; CREATE TABLE blobs (j json)');
    const error = await left(
      readTable(url, 'blobs', { limit: 1, offset: 0, sort: { column: 'j', direction: 'asc' } }),
    );
    expect(error.code).toBe('sql_refused');
  });
});

describe('SQL of the owner', () => {
  beforeEach(() =>
    query(
      url,
      `DROP TABLE IF EXISTS runs; CREATE TABLE runs (id serial PRIMARY KEY, km numeric(5,2));
                INSERT INTO runs (km) SELECT i FROM generate_series(1, 300) AS i`,
    ),
  );

  it('answers with columns, types and rows, and says where it shows only the first', async () => {
    const result = await right(runSql(url, 'SELECT id, km, NULL AS nothing FROM runs ORDER BY id', 'read'));
    expect(result.columns).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'km', type: 'numeric(5,2)' },
      { name: 'nothing', type: 'text' },
    ]);
    expect(result.rows).toHaveLength(MAX_ROWS);
    expect(result.rows[0]).toEqual(['1', '1.00', null]);
    expect(result.truncated).toBe(true);
    expect((await right(runSql(url, 'SELECT 1 AS a, 2 AS a', 'read'))).rows).toEqual([['1', '2']]);
    expect((await right(runSql(url, '', 'read'))).rows).toEqual([]);
  });

  it('writes only where it was told to', async () => {
    for (const statement of [
      'DELETE FROM runs',
      'CREATE TABLE x (a int)',
      "SELECT setval('runs_id_seq', 1)",
      'WITH gone AS (DELETE FROM runs RETURNING id) SELECT * FROM gone',
      "DO $$ BEGIN PERFORM set_config('transaction_read_only', 'off', true); DELETE FROM runs; END $$",
    ]) {
      expect((await left(runSql(url, statement, 'read'))).message).toMatch(/read-only|read-write mode/);
    }
    await right(runSql(url, 'SET TRANSACTION READ ONLY', 'read'));
    expect(await right(runSql(url, 'SELECT count(*) FROM runs', 'read'))).toMatchObject({ rows: [['300']] });
    expect(await right(runSql(url, 'DELETE FROM runs WHERE id > 10', 'write'))).toMatchObject({
      affected: 290,
    });
    expect(
      await right(runSql(url, 'UPDATE runs SET km = 1 WHERE id < 3 RETURNING id', 'write')),
    ).toMatchObject({ rows: [['1'], ['2']] });
    expect(await right(runSql(url, 'SELECT count(*) FROM runs', 'read'))).toMatchObject({ rows: [['10']] });
  });

  it('is one statement: nothing follows it', async () => {
    for (const mode of ['read', 'write'] as const) {
      const error = await left(runSql(url, 'COMMIT; DELETE FROM runs', mode));
      expect(error).toMatchObject({ code: 'sql_refused' });
    }
    await runSql(url, 'COMMIT', 'read')();
    expect(await right(runSql(url, 'SELECT count(*) FROM runs', 'read'))).toMatchObject({ rows: [['300']] });
  });

  it('may nothing that its role may not', async () => {
    const { pathname, username } = new URL(other);
    const others = pathname.slice(1);
    for (const statement of [
      "COPY (SELECT 1) TO PROGRAM 'id'",
      "COPY runs FROM '/etc/passwd'",
      "SELECT pg_read_file('/etc/passwd')",
      "SELECT lo_import('/etc/passwd')",
      'CREATE ROLE boss SUPERUSER',
      `SET ROLE "${username}"`,
      'SET SESSION AUTHORIZATION postgres',
      'ALTER SYSTEM SET log_statement = none',
      'SELECT * FROM pg_authid',
      'CREATE EXTENSION dblink',
      'CREATE EXTENSION file_fdw',
      'DROP DATABASE postgres',
      `DROP DATABASE "${others}"`,
      `SELECT * FROM "${others}".public.runs`,
      "LOAD 'plpgsql'; SELECT 1",
    ]) {
      const error = await left(runSql(url, statement, 'write'));
      expect([statement, error.code]).toEqual([statement, 'sql_refused']);
    }
  });

  it('says what is wrong in the words of Postgres', async () => {
    const error = await left(runSql(url, 'SELECT kn FROM runs', 'read'));
    expect(error.message).toBe(
      'column "kn" does not exist · Perhaps you meant to reference the column "runs.km". (42703)',
    );
  });

  it('takes no copy in or out, and goes on', async () => {
    expect((await left(runSql(url, 'COPY runs FROM STDIN', 'write'))).message).toMatch(/not available here/);
    expect((await right(runSql(url, 'COPY runs TO STDOUT', 'read'))).rows).toEqual([]);
    expect(await right(runSql(url, 'SELECT 1', 'read'))).toMatchObject({ rows: [['1']] });
  });

  it('is stopped when it takes too long, or answers with too much', async () => {
    expect(await left(runSql(url, 'SELECT pg_sleep(60)', 'read'))).toMatchObject({ code: 'sql_timeout' });
    expect(await left(runSql(url, "SELECT repeat('x', 20000000)", 'read'))).toMatchObject({
      code: 'sql_too_much',
    });
    expect((await right(runSql(url, "SELECT repeat('x', 100000)", 'read'))).rows[0]?.[0]?.length).toBe(2_000);
  }, 60_000);
});
