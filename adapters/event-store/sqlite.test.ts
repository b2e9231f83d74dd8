import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { left, right } from '../../domain/testing/outcome.ts';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { eventStoreContract } from './event-store.contract.ts';
import { commitsIn, stores } from './sqlite.testing.ts';
import { anEvent, aStream, someEvents, subscribeUntil } from './testing.ts';

const temporaryDirectory = temporaryDirectories();
const open = stores();
const newFile = async () => join(await temporaryDirectory(), 'events.db');

eventStoreContract('SQLite', async () => {
  const store = open(await newFile());
  return { store, dispose: () => store.close() };
});

describe('one file', () => {
  test('appends that arrive together share one commit, and each is judged on its own', async () => {
    const file = await newFile();
    const store = open(file);
    const stream = aStream();
    const before = commitsIn(file);
    const answers = await Promise.all([
      store.append(stream, -1, someEvents(1))(),
      store.append(stream, -1, someEvents(1))(),
      store.append(stream, 0, someEvents(2))(),
      ...Array.from({ length: 61 }, () => store.append(aStream(), -1, someEvents(1))()),
    ]);
    expect(answers.slice(0, 4).map(({ _tag }) => _tag)).toEqual(['Right', 'Left', 'Right', 'Right']);
    expect(commitsIn(file) - before).toBe(1);
  });

  test('what was acknowledged before the store closed is there when it opens again', async () => {
    const file = await newFile();
    const first = open(file);
    const stream = aStream();
    const events = someEvents(3);
    const unawaited = first.append(stream, -1, events)();
    await first.close();
    expect((await unawaited)._tag).toBe('Right');
    expect(await right(open(file).readStream(stream))).toMatchObject(events);
  });

  test('a closed store answers that it is unavailable', async () => {
    const store = open(await newFile());
    await store.close();
    expect((await left(store.append(aStream(), -1, someEvents(1)))).tag).toBe('StoreUnavailable');
    expect((await left(store.readStream(aStream()))).tag).toBe('StoreUnavailable');
  });

  test('a position of another store is refused, not taken for a number', async () => {
    const store = open(await newFile());
    expect((await left(store.readAll({ after: 'C:12/P:12', limit: 1 }))).message).toContain('C:12/P:12');
  });

  test('nobody with the file in hand changes or deletes what happened by a slip', async () => {
    const file = await newFile();
    await right(open(file).append(aStream(), -1, someEvents(1)));
    const raw = new DatabaseSync(file);
    expect(() => raw.exec("UPDATE events SET data = '{}'")).toThrow('a recorded event is a fact');
    expect(() => raw.exec('DELETE FROM events')).toThrow('a recorded event is a fact');
    raw.close();
  });

  test.each([1, 20, 60, 150])('killed after %i acknowledgements, it has lost none of them', async (kills) => {
    const file = await newFile();
    const script = join(import.meta.dirname, 'append-until-killed.testing.ts');
    const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged = new Map<string, number>();
    let count = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [stream = '', revision = ''] = line.split(' ');
      acknowledged.set(stream, Number(revision));
      count += 1;
      if (count === kills) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

    const store = open(file);
    expect(count).toBeGreaterThanOrEqual(kills);
    for (const [stream, revision] of acknowledged) {
      const kept = await right(store.readStream(stream));
      expect(kept.length).toBeGreaterThan(revision);
      expect(kept.length % 2).toBe(0);
      expect(kept.map((event) => event.revision)).toEqual(kept.map((_, index) => index));
      await right(store.append(stream, kept.length - 1, [anEvent()]));
    }
  });
});

describe('two processes on one file', () => {
  test('see each other: expected revisions hold between them, and repeats are recognised', async () => {
    const file = await newFile();
    const [one, two] = [open(file), open(file)];
    const stream = aStream();
    const events = someEvents(2);
    const first = await right(one.append(stream, -1, events));
    expect(await left(two.append(stream, -1, someEvents(1)))).toMatchObject({ actual: 1 });
    expect(await right(two.append(stream, -1, events))).toEqual(first);
    expect((await right(two.append(stream, 1, someEvents(1)))).revision).toBe(2);
    expect(await right(one.readStream(stream))).toHaveLength(3);
  });

  test('a subscription in one sees what the other appends', async () => {
    const file = await newFile();
    const [one, two] = [open(file), open(file)];
    const watching = subscribeUntil(one, 3);
    const events = someEvents(3);
    await right(two.append(aStream(), -1, events));
    expect((await watching).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  test('an append waits for the other to finish writing, without holding up the event loop', async () => {
    const file = await newFile();
    const store = open(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const waiting = store.append(aStream(), -1, someEvents(1))();
    setTimeout(() => other.exec('COMMIT'), 300);
    expect((await waiting)._tag).toBe('Right');
    other.close();
  });

  test('readers read on while a writer is in the middle of a transaction', async () => {
    const file = await newFile();
    const store = open(file);
    const stream = aStream();
    await right(store.append(stream, -1, someEvents(2)));
    const writer = new DatabaseSync(file);
    writer.exec("BEGIN IMMEDIATE; INSERT INTO streams (name) VALUES ('half-done')");
    expect(await right(store.readStream(stream))).toHaveLength(2);
    expect(await right(store.readStream('half-done'))).toEqual([]);
    writer.exec('ROLLBACK');
    writer.close();
  });
});
