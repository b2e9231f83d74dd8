import { describe, expect, it } from 'vitest';
import { left, right } from '../../domain/testing/outcome.ts';
import { query, urlOf } from './database.contract.ts';
import { embeddedDatabaseProvider } from './embedded/provider.ts';
import { newSlug, runningCluster } from './embedded/testing.ts';
import { inspectDatabase, readTable } from './inspect.ts';

describe('looking into the database of a session', () => {
  const cluster = runningCluster();
  let url: string;
  const fresh = async (statements: string): Promise<void> => {
    const slug = newSlug();
    const request = { sessionId: slug, slug, signal: AbortSignal.timeout(60_000) };
    url = urlOf(await right(embeddedDatabaseProvider(cluster()).provision(request)));
    await query(url, statements);
  };

  it('finds no table in a new one', async () => {
    await fresh('SELECT 1');
    expect(await right(inspectDatabase(url))).toEqual({ tables: [] });
  });

  it('tells its tables, their columns and how many rows they hold', async () => {
    await fresh(`CREATE TABLE habits (id int, name varchar(40));
                 INSERT INTO habits VALUES (1, 'run'), (2, 'read');
                 CREATE SCHEMA drizzle; CREATE TABLE drizzle.migrations (hash text);
                 CREATE VIEW tallies AS SELECT count(*) FROM habits`);
    const columns = [
      { name: 'id', type: 'integer', nullable: true },
      { name: 'name', type: 'character varying(40)', nullable: true },
    ];
    expect(await right(inspectDatabase(url))).toEqual({
      tables: [
        { name: 'habits', rows: 2, columns, key: [] },
        {
          name: 'drizzle.migrations',
          rows: 0,
          columns: [{ name: 'hash', type: 'text', nullable: true }],
          key: [],
        },
      ],
    });
  });

  it('reads a page of any table, whatever its name and types', async () => {
    await fresh(`CREATE TABLE "Robert""; DROP TABLE x" (a int, "b c" jsonb);
                 INSERT INTO "Robert""; DROP TABLE x" SELECT i, '{"n": null}' FROM generate_series(1, 5) AS i;
                 INSERT INTO "Robert""; DROP TABLE x" VALUES (6, NULL)`);
    const page = await right(readTable(url, 'Robert"; DROP TABLE x', { limit: 2, offset: 4 }));
    expect(page.rows).toEqual([
      ['5', '{"n": null}'],
      ['6', null],
    ]);
    expect(page.columns.map(({ name }) => name)).toEqual(['a', 'b c']);
  });

  it('cuts long values and large pages', async () => {
    await fresh("CREATE TABLE big AS SELECT repeat('x', 5000) AS body FROM generate_series(1, 600)");
    const { rows } = await right(readTable(url, 'big', { limit: 1_000_000, offset: -5 }));
    expect(rows).toHaveLength(500);
    expect(rows[0]?.[0]).toHaveLength(1_000);
  });

  it.each([
    'nope',
    'pg_catalog.pg_authid',
    'pg_authid',
    'habits; DROP TABLE habits',
    'information_schema.tables',
  ])('knows no table %s', async (name) => {
    await fresh('CREATE TABLE habits (id int)');
    expect(await left(readTable(url, name, { limit: 1, offset: 0 }))).toMatchObject({
      code: 'unknown_table',
    });
  });

  it('changes nothing, even where a policy of the app tries to', async () => {
    await fresh(`CREATE TABLE trap (id int); CREATE TABLE caught (id int); INSERT INTO trap VALUES (1);
                 CREATE FUNCTION spring() RETURNS boolean LANGUAGE plpgsql AS
                   'BEGIN INSERT INTO public.caught VALUES (1); RETURN true; END';
                 ALTER TABLE trap ENABLE ROW LEVEL SECURITY; ALTER TABLE trap FORCE ROW LEVEL SECURITY;
                 CREATE POLICY sprung ON trap USING (spring())`);
    expect(await left(readTable(url, 'trap', { limit: 1, offset: 0 }))).toMatchObject({
      code: 'sql_refused',
    });
    expect(await query(url, 'SELECT * FROM caught')).toEqual([]);
  });

  it('gives up where a table never answers', async () => {
    await fresh(`CREATE TABLE tarpit (id int); INSERT INTO tarpit VALUES (1);
                 CREATE FUNCTION wait() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(600) IS NOT NULL';
                 ALTER TABLE tarpit ENABLE ROW LEVEL SECURITY; ALTER TABLE tarpit FORCE ROW LEVEL SECURITY;
                 CREATE POLICY stuck ON tarpit USING (wait())`);
    expect(await left(inspectDatabase(url))).toMatchObject({ code: 'database_timeout' });
  });

  it('stops when the one who asked goes away', async () => {
    await fresh('CREATE TABLE habits (id int)');
    expect(await left(inspectDatabase(url, AbortSignal.abort()))).toMatchObject({ code: 'aborted' });
  });

  it('says that a database which is gone is unavailable, without its password', async () => {
    await fresh('SELECT 1');
    const gone = new URL(url);
    gone.port = '1';
    const error = await left(inspectDatabase(gone.href));
    expect(error).toMatchObject({ code: 'database_unavailable', retryable: true });
    expect(error.message).not.toContain(gone.password);
  });
});
