import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { checkpointsContract } from '../checkpoints.contract.ts';
import { PATIENT, query, urlOf } from '../database.contract.ts';
import { withClient } from '../with-client.ts';
import { embeddedCheckpoints } from './checkpoints.ts';
import { embeddedDatabaseProvider } from './provider.ts';
import { newSlug, runningCluster } from './testing.ts';

const cluster = runningCluster();

checkpointsContract('the embedded Postgres', async () => ({
  provider: embeddedDatabaseProvider(cluster()),
  slug: newSlug,
  close: async () => {},
}));

describe('a checkpoint in the embedded Postgres', () => {
  const signal = () => AbortSignal.timeout(60_000);
  const isOver = () => false;
  const provider = () => embeddedDatabaseProvider(cluster());
  const session = async () => {
    const slug = newSlug();
    const url = urlOf(await right(provider().provision({ sessionId: 's', slug, signal: signal() })));
    const take = (checkpointId: string, keep: readonly string[] = []) =>
      right(provider().checkpoints.take({ slug, checkpointId, keep, signal: signal(), isOver }));
    const databases = () =>
      cluster().admin.use(undefined, async (client) => {
        const { rows } = await client.query<{ datname: string }>(
          'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
          [`mk0r_${slug}`],
        );
        return rows.length;
      });
    return { slug, url, take, databases };
  };

  /** How many connections are at a statement that begins so. */
  const running = (beginning: string) =>
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND starts_with(query, '${beginning}')
        AND pid <> pg_backend_pid()`;

  /** What an app can have run by whoever only counts or copies its rows. */
  const HOSTILE = `
    CREATE FUNCTION breaks_out() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
      BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXCEPTION WHEN OTHERS THEN NULL; END;
      BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN OTHERS THEN NULL; END;
      IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RAISE EXCEPTION 'a superuser'; END IF;
      RETURN true;
    END $$;
    CREATE TABLE habits (name text, ok boolean GENERATED ALWAYS AS (breaks_out()) STORED, CHECK (breaks_out()));
    INSERT INTO habits VALUES ('run');
    ALTER TABLE habits ENABLE ROW LEVEL SECURITY;
    ALTER TABLE habits FORCE ROW LEVEL SECURITY;
    CREATE POLICY all_of_it ON habits USING (breaks_out())`;

  it('runs nothing of the app with more rights than the app has: neither to count rows nor to bring them over', async () => {
    const [from, to] = [await session(), await session()];
    await query(from.url, HOSTILE);
    expect(await from.take('one')).toMatchObject({ tables: [{ name: 'habits', rows: 1 }] });
    const bringing = {
      slug: to.slug,
      from: { slug: from.slug, checkpointId: 'one' },
      moveId: 'fork',
      keep: [],
    };
    const brought = await right(provider().checkpoints.bring({ ...bringing, signal: signal(), isOver }));
    expect(brought.tables).toEqual([{ name: 'habits', rows: 1 }]);
    expect(await query(to.url, 'SELECT name FROM habits')).toEqual([{ name: 'run' }]);
    // No way in is left open, and none is in the way of a release.
    for (const { slug } of [from, to])
      await right(provider().release({ sessionId: 's', slug, signal: signal() }));
    const left = await cluster().admin.use(undefined, (client) =>
      client.query(`SELECT rolname FROM pg_roles WHERE rolname ~ '(${from.slug}|${to.slug})'`),
    );
    expect(left.rows).toEqual([]);
  });

  it('costs no copy before anything was written, nor when nothing was written since the one before', async () => {
    const { url, take, databases } = await session();
    expect(await take('start')).toEqual({ checkpointId: 'empty', bytes: 0, tables: [] });
    expect(await databases()).toBe(1);
    await query(url, 'CREATE TABLE habits (name text)');
    expect(await take('one', ['empty'])).toMatchObject({ checkpointId: 'one' });
    await query(url, 'SELECT * FROM habits');
    expect(await take('two', ['one'])).toMatchObject({ checkpointId: 'one' });
    expect(await databases()).toBe(2);
  });

  it.each([
    ['a row', "INSERT INTO habits VALUES ('run')"],
    ['a change', "UPDATE habits SET name = 'walk'"],
    ['a row less', 'DELETE FROM habits'],
    ['a truncated table', 'TRUNCATE habits'],
    ['another column', 'ALTER TABLE habits ADD COLUMN days int'],
    ['another table', 'CREATE TABLE check_ins (day date)'],
    ['an index', 'CREATE INDEX ON habits (name)'],
    ['a comment', "COMMENT ON TABLE habits IS 'mine'"],
    ['a large object', 'SELECT lo_create(0)'],
  ])(
    'is a copy of its own after %s, also one that a connection has not reported yet',
    async (_, statement) => {
      const { url, take } = await session();
      await query(url, "CREATE TABLE habits (name text); INSERT INTO habits VALUES ('swim')");
      await take('one');
      const app = new Client({ connectionString: url });
      app.on('error', () => undefined);
      await app.connect();
      await app.query('SELECT 1');
      await app.query(statement);
      expect(await take('two', ['one'])).toMatchObject({ checkpointId: 'two' });
      await app.end().catch(() => undefined);
    },
  );

  it('waits a moment for a statement that runs, and lets whoever connects meanwhile wait in turn', async () => {
    const { url, slug } = await session();
    await query(url, 'CREATE TABLE habits (name text)');
    // Until it is told that it may end, by a role: those are seen in every database.
    const mayEnd = `may_end_${slug}`;
    const writing = query(
      url,
      `DO $$ BEGIN
         WHILE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${mayEnd}') LOOP PERFORM pg_sleep(0.02); END LOOP;
         INSERT INTO habits VALUES ('run');
       END $$`,
    );
    await expect.poll(() => query(url, running('DO'))).toEqual([{ n: 1 }]);
    const { take } = embeddedCheckpoints(cluster(), { graceMs: 15_000 });
    const taking = right(take({ slug, checkpointId: 'one', keep: [], signal: signal(), isOver }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const reading = query(url, 'SELECT 1 AS one');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cluster().admin.use(undefined, (client) => client.query(`CREATE ROLE ${mayEnd}`));
    await writing;
    expect(await reading).toEqual([{ one: 1 }]);
    expect((await taking).tables).toEqual([{ name: 'habits', rows: 1 }]);
  });

  it('ends a statement that goes on for longer, and a connection that asks for nothing', async () => {
    const { url, slug } = await session();
    await query(url, 'CREATE TABLE habits (name text)');
    const forever = query(url, 'SELECT pg_sleep(15)').catch((error: Error) => error);
    await expect.poll(() => query(url, running('SELECT pg_sleep'))).toEqual([{ n: 1 }]);
    const silent = new Client({ connectionString: url });
    const ended = new Promise<Error>((resolve) => silent.on('error', resolve));
    await silent.connect();
    const { take } = embeddedCheckpoints(cluster(), { graceMs: 200 });
    await right(take({ slug, checkpointId: 'one', keep: [], signal: signal(), isOver }));
    expect(await Promise.all([forever, ended])).toMatchObject([
      { message: expect.stringContaining('terminating connection') },
      { message: expect.stringContaining('terminat') },
    ]);
  });

  it('cuts off nobody who is between two statements, or has only just come in', async () => {
    const { url, slug } = await session();
    await query(url, 'CREATE TABLE habits (name text)');
    const requests = 40;
    let goesOn = true;
    const app = (async () => {
      for (let request = 0; request < requests; request += 1)
        await withClient(url, PATIENT, async (client) => {
          await client.query('SELECT 1');
          await client.query("INSERT INTO habits VALUES ('run')");
        });
    })().finally(() => {
      goesOn = false;
    });
    // A machine that is busy may take a while from one statement to the next.
    const { take } = embeddedCheckpoints(cluster(), { graceMs: 15_000, idleMs: 10_000 });
    const copying = (async () => {
      for (let copy = 0; goesOn; copy += 1)
        await right(take({ slug, checkpointId: `c${copy}`, keep: [], signal: signal(), isOver }));
    })();
    await Promise.all([app, copying]);
    expect(await query(url, 'SELECT count(*)::int AS n FROM habits')).toEqual([{ n: requests }]);
  });

  it('is out of reach of the session, which cannot make another of it either', async () => {
    const { slug, url, take } = await session();
    await query(url, 'CREATE TABLE habits (name text)');
    await take('one');
    const [copy] = await query(url, `SELECT datname FROM pg_database WHERE datname LIKE 'mk0r_${slug}_c%'`);
    const name = String(copy?.datname);
    const there = new URL(url);
    there.pathname = `/${name}`;
    await expect(query(there.href, 'SELECT 1')).rejects.toThrow(/pg_hba.conf/);
    for (const statement of [`DROP DATABASE ${name}`, `ALTER DATABASE ${name} RENAME TO mine`])
      await expect(query(url, statement)).rejects.toThrow(/must be owner/);
    await expect(query(url, `COMMENT ON DATABASE ${name} IS 'x'`)).rejects.toThrow(/must be owner/);
  });

  it('is not taken of a database that is too large, which a person is told', async () => {
    const { url, slug } = await session();
    await query(url, 'CREATE TABLE big AS SELECT 1');
    const { take } = embeddedCheckpoints(cluster(), { largest: 1_000_000 });
    const error = await left(take({ slug, checkpointId: 'one', keep: [], signal: signal(), isOver }));
    expect(error).toMatchObject({ code: 'database_too_large', retryable: false });
    expect(await query(url, 'SELECT * FROM big')).toHaveLength(1);
  });
});
