import { beforeAll, describe, expect, it } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { databaseContract, query, urlOf } from '../database.contract.ts';
import { embeddedDatabaseProvider } from './provider.ts';
import { newSlug, runningCluster } from './testing.ts';

const cluster = runningCluster();

databaseContract('the embedded Postgres', async () => ({
  provider: embeddedDatabaseProvider(cluster()),
  slug: newSlug,
  close: async () => {},
}));

describe('the role of a session on the embedded Postgres', () => {
  let url: string;
  let foreign: string;

  const request = (slug: string) => ({ sessionId: slug, slug, signal: AbortSignal.timeout(60_000) });
  const provision = (slug = newSlug()) => right(embeddedDatabaseProvider(cluster()).provision(request(slug)));
  const as = (user: string, password: string, database: string): string =>
    `postgresql://${user}:${password}@127.0.0.1:${cluster().port}/${database}`;

  beforeAll(async () => {
    url = urlOf(await provision());
    foreign = (await provision()).resourceId;
  });

  it.each([
    ['read the password hashes', 'SELECT * FROM pg_authid', /permission denied/],
    ['read pg_shadow', 'SELECT * FROM pg_shadow', /permission denied/],
    ['run a program', "COPY (SELECT 1) TO PROGRAM 'id'", /permission denied/],
    ['write a file', "COPY (SELECT 1) TO '/tmp/mk0r-probe'", /permission denied/],
    ['read a file', "SELECT pg_read_file('/etc/passwd')", /permission denied/],
    ['list a directory', "SELECT pg_ls_dir('/')", /permission denied/],
    ['import a file', "SELECT lo_import('/etc/passwd')", /permission denied/],
    ['install an untrusted extension', 'CREATE EXTENSION dblink', /permission denied/],
    ['make a role', 'CREATE ROLE intruder', /permission denied/],
    ['make a database', 'CREATE DATABASE intruder', /permission denied/],
    ['become the superuser', 'SET ROLE mk0r_admin', /permission denied/],
    ['raise its own rights', 'ALTER ROLE CURRENT_USER SUPERUSER', /permission denied/],
    ['raise its own connections', 'ALTER ROLE CURRENT_USER CONNECTION LIMIT 500', /permission denied/],
    ['change the server', "ALTER SYSTEM SET work_mem = '1GB'", /permission denied/],
    ['fill the disk with temporary files', 'SET temp_file_limit = -1', /permission denied/],
    ['write into the server log', 'SET log_min_messages = log', /permission denied/],
  ])('may not %s', async (_what, statement, refusal) => {
    await expect(query(url, statement)).rejects.toThrow(refusal);
  });

  it('may not reach any other database', async () => {
    const { username, password } = new URL(url);
    for (const database of [foreign, 'postgres', 'template1']) {
      await expect(query(as(username, password, database), 'SELECT 1')).rejects.toThrow(/pg_hba.conf/);
    }
  });

  it('may not see the size or the statements of another session', async () => {
    await expect(query(url, `SELECT pg_database_size('${foreign}')`)).rejects.toThrow(/permission denied/);
    const statements = await query(
      url,
      "SELECT 1 FROM pg_stat_activity WHERE usename <> current_user AND query !~ 'insufficient privilege' AND query <> ''",
    );
    expect(statements).toEqual([]);
  });

  it('may use what an app needs: trusted extensions, schemas, functions', async () => {
    await query(url, 'CREATE EXTENSION pg_trgm; CREATE SCHEMA app; CREATE TABLE app.notes (body text)');
    expect(await query(url, "SELECT lower('ÄÖ') AS low")).toEqual([{ low: 'äö' }]);
  });

  it('cannot guess its way to the superuser over TCP', async () => {
    await expect(query(as('mk0r_admin', 'guess', 'postgres'), 'SELECT 1')).rejects.toThrow(/pg_hba.conf/);
  });

  it('is held to twenty connections', async () => {
    const name = new URL(url).username;
    const limit = await query(url, `SELECT rolconnlimit FROM pg_roles WHERE rolname = '${name}'`);
    expect(limit).toEqual([{ rolconnlimit: 20 }]);
  });

  it('gets a new password at every provision, and the old one stops working', async () => {
    const slug = newSlug();
    const [first, second] = [await provision(slug), await provision(slug)];
    expect(second.env.NEON_ROLE_PASSWORD).not.toBe(first.env.NEON_ROLE_PASSWORD);
    await expect(query(urlOf(first), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('cannot make its database outlive its release, nor lock the next provision out', async () => {
    const slug = newSlug();
    const { resourceId, ...first } = await provision(slug);
    await query(
      urlOf({ resourceId, ...first }),
      `ALTER DATABASE ${resourceId} IS_TEMPLATE true CONNECTION LIMIT 0`,
    );
    expect(await query(urlOf(await provision(slug)), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const again = urlOf(await provision(slug));
    await query(again, `ALTER DATABASE ${resourceId} IS_TEMPLATE true`);
    await right(embeddedDatabaseProvider(cluster()).release(request(slug)));
    const names = await right(embeddedDatabaseProvider(cluster()).list(AbortSignal.timeout(60_000)));
    expect(names.map(({ slug }) => slug)).not.toContain(slug);
  });

  it('is never made for a slug that is not one', async () => {
    for (const slug of ['', 'short', 'UPPERCASE123', 'a"; DROP ROLE', '../../../../etc']) {
      const error = await left(embeddedDatabaseProvider(cluster()).provision(request(slug)));
      expect(error).toMatchObject({ code: 'invalid_slug', retryable: false });
    }
  });

  it('is made while more databases are to be copied than can be at once', async () => {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const copying = Array.from({ length: 20 }, () => cluster().admin.copying(undefined, () => mayEnd));
    expect(await query(urlOf(await provision()), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    end();
    await Promise.all(copying);
  });

  it('is made for forty sessions at once', async () => {
    const made = await Promise.all(Array.from({ length: 40 }, () => provision()));
    expect(new Set(made.map(({ resourceId }) => resourceId)).size).toBe(40);
  });
});
