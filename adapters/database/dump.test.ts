import { expect, it } from 'vitest';
import { right } from '../../domain/testing/outcome.ts';
import { query, urlOf } from './database.contract.ts';
import { dumpDatabase } from './dump.ts';
import { embeddedDatabaseProvider } from './embedded/provider.ts';
import { newSlug, runningCluster } from './embedded/testing.ts';
import { runSql } from './run-sql.ts';

const cluster = runningCluster();

const fresh = async (): Promise<string> => {
  const slug = newSlug();
  const request = { sessionId: slug, slug, signal: AbortSignal.timeout(60_000) };
  return urlOf(await right(embeddedDatabaseProvider(cluster()).provision(request)));
};
const dumped = async (url: string): Promise<string> => {
  const parts: string[] = [];
  await dumpDatabase(url, async (text) => void parts.push(text));
  return parts.join('');
};
const rowsOf = async (url: string, sql: string) => (await right(runSql(url, sql, 'read'))).rows;

it('an empty database is an empty dump', async () => {
  expect(await dumped(await fresh())).not.toMatch(/CREATE|INSERT/);
});

it('what is dumped can be restored into another, and is dumped the same again', async () => {
  const from = await fresh();
  await query(
    from,
    `CREATE SCHEMA "Odd ""schema";
     CREATE TYPE mood AS ENUM ('calm', 'it''s wild');
     CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper($1) || ''';--' $$;
     CREATE TABLE habits (
       id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, mood mood DEFAULT 'calm',
       tags text[], meta jsonb, bytes bytea, at timestamptz DEFAULT '2026-01-01Z',
       loud text GENERATED ALWAYS AS (shout(name::text)) STORED, CHECK (name <> ''));
     CREATE TABLE "Odd ""schema"."Check; ""ins" (
       id serial PRIMARY KEY, habit int NOT NULL REFERENCES habits (id) ON DELETE CASCADE, "the day" date);
     CREATE INDEX by_day ON "Odd ""schema"."Check; ""ins" ("the day" DESC) WHERE "the day" > '2020-01-01';
     CREATE VIEW busy AS SELECT h.name, count(*) AS times FROM habits h
       JOIN "Odd ""schema"."Check; ""ins" c ON c.habit = h.id GROUP BY h.name;
     CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at = now(); RETURN NEW; END $$;
     CREATE TRIGGER stamped BEFORE UPDATE ON habits FOR EACH ROW EXECUTE FUNCTION stamp();
     INSERT INTO habits (name, mood, tags, meta, bytes) VALUES
       (E'run''; DROP TABLE x; --\\n\\\\ 🌿', 'it''s wild', '{"a b",NULL,"\\"q\\""}', '{"n": [1, null]}', '\\x00ff'),
       ('read', NULL, NULL, NULL, NULL);
     INSERT INTO "Odd ""schema"."Check; ""ins" (habit, "the day")
       SELECT 1, '2026-01-01'::date + i FROM generate_series(1, 450) AS i;
     DELETE FROM habits WHERE name = 'read'`,
  );
  const sql = await dumped(from);
  const to = await fresh();
  await query(to, sql);
  expect(await dumped(to)).toBe(sql);
  for (const question of [
    'SELECT * FROM habits',
    'SELECT count(*), max("the day") FROM "Odd ""schema"."Check; ""ins"',
    'SELECT * FROM busy',
  ])
    expect(await rowsOf(to, question)).toEqual(await rowsOf(from, question));
  await query(to, `INSERT INTO habits (name) VALUES ('next')`);
  expect(await rowsOf(to, `SELECT id, mood FROM habits WHERE name = 'next'`)).toEqual([['3', 'calm']]);
  await query(to, 'DELETE FROM habits');
  expect(await rowsOf(to, 'SELECT count(*) FROM "Odd ""schema"."Check; ""ins"')).toEqual([['0']]);
});
