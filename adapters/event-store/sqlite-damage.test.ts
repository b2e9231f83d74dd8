import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { left, right, rightOf } from '../../domain/testing/outcome.ts';
import { openSqliteFile } from '../sqlite-file/open-file.ts';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { stores } from './sqlite.testing.ts';
import { eventStoreFile } from './sqlite.ts';
import { MIGRATIONS } from './sqlite-schema.ts';
import { anEvent, aStream, someEvents } from './testing.ts';

const temporaryDirectory = temporaryDirectories();
const open = stores();
const newFile = async () => join(await temporaryDirectory(), 'events.db');

/** Does to the rows what the store never does. */
const tamper = (file: string, change: string): void => {
  const db = new DatabaseSync(file);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(change);
  for (const { sql } of triggers) db.exec(String(sql));
  db.close();
};

test.each([
  ['data', `UPDATE events SET data = replace(data, 'one', 'two') WHERE revision = 1`],
  ['time', `UPDATE events SET metadata = replace(metadata, '2026', '2025') WHERE revision = 1`],
  ['type', `UPDATE events SET type = 'AgentSays' WHERE revision = 1`],
  ['place', `UPDATE events SET revision = revision + 10 WHERE revision = 1`],
])('an event whose %s is another is not read: the refusal says which and what to do', async (_, change) => {
  const file = await newFile();
  const [damaged, whole] = [aStream(), aStream()];
  const store = open(file);
  await right(store.append(damaged, -1, [anEvent(), anEvent({ text: 'one' })]));
  await right(store.append(whole, -1, someEvents(2)));
  await store.close();
  tamper(file, change.replace('WHERE', `WHERE stream = 1 AND`));

  const { tag, message } = await left(open(file).readStream(damaged));
  expect(tag).toBe('StoreUnavailable');
  expect(message).toContain(file);
  expect(message).toMatch(new RegExp(`event 1?1 of ${damaged}`));
  expect(message).toContain('backup');
  expect(await right(open(file).readStream(damaged, { limit: 1 }))).toHaveLength(1);
  expect(await right(open(file).readStream(whole))).toHaveLength(2);
  expect((await left(open(file).readAll({ limit: 9 }))).message).toContain(damaged);
});

test('an event that is gone from the middle of a stream is missed', async () => {
  const file = await newFile();
  const stream = aStream();
  const store = open(file);
  await right(store.append(stream, -1, someEvents(3)));
  await store.close();
  tamper(file, 'DELETE FROM events WHERE revision = 1');
  expect((await left(open(file).readStream(stream))).message).toContain(`event 1 of ${stream} is missing`);
});

test('a log of the first release, without checksums, is brought up to date and reads as it did', async () => {
  const file = await newFile();
  const first = rightOf(openSqliteFile({ ...eventStoreFile(file), migrations: MIGRATIONS.slice(0, 1) }));
  const stream = aStream();
  const events = [anEvent({ text: 'Zażółć 🧵 \u0000 "quoted"' }), anEvent()];
  first.prepare('INSERT INTO streams (name) VALUES (?)').run(stream);
  const insert = first.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (1, ?, ?, ?, ?, ?)',
  );
  for (const [revision, { id, type, data, metadata }] of events.entries())
    insert.run(revision, id, type, JSON.stringify(data), JSON.stringify(metadata));
  first.close();

  const store = open(file);
  expect(await right(store.readStream(stream))).toMatchObject(events);
  await right(store.append(stream, 1, someEvents(1)));
  await store.close();
  const raw = new DatabaseSync(file);
  expect(() => raw.exec("UPDATE events SET data = '{}'")).toThrow('a recorded event is a fact');
  raw.close();
});
