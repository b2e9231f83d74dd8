/**
 * Run as a process of its own on a disk that fails: opens the log in `argv[2]` as the product does, appends, reads, closes,
 * and says line by line what it was answered.
 */
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import type { AppendError } from '../../commands/ports/event-store.ts';
import { EACH, eventAt, type Said, STREAMS } from './said.ts';

const APPENDS = 6;
const file = process.argv[2] ?? '';

/** Synchronous, so that an acknowledgement is never lost in a buffer. */
const say = (said: Said): void => {
  writeSync(1, `${JSON.stringify(said)}\n`);
};

const opened = openSqliteEventStore({ file });
if (Either.isLeft(opened)) {
  say({ what: 'not opened', message: opened.left.message });
  process.exit(0);
}
const store = opened.right;

const lengthOf = async (stream: string): Promise<number | undefined> => {
  const read = await store.readStream(stream)();
  if (Either.isRight(read)) return read.right.length;
  say({ what: 'not read', message: read.left.message });
  return undefined;
};

const append = async (stream: string): Promise<AppendError | undefined> => {
  const length = await lengthOf(stream);
  if (length === undefined) return undefined;
  const events = Array.from({ length: EACH }, (_, index) => eventAt(stream, length + index));
  const appended = await store.append(stream, length - 1, events)();
  if (Either.isLeft(appended)) {
    say({ what: 'refused', ...appended.left, message: JSON.stringify(appended.left) });
    return appended.left;
  }
  say({ what: 'acknowledged', stream, revision: appended.right.revision });
  return undefined;
};

/** As the store does by itself every 8,000 pages, here in time to see it fail. */
const checkpoint = (): void => {
  try {
    const other = new DatabaseSync(file);
    other.exec('PRAGMA wal_checkpoint');
    other.close();
  } catch (error) {
    say({ what: 'no checkpoint', message: String(error) });
  }
};

for (let index = 0; index < APPENDS; index += 1) {
  const stream = STREAMS[index % STREAMS.length] ?? '';
  const refused = await append(stream);
  if (refused !== undefined) await append(stream);
  if (index === APPENDS / 2) checkpoint();
}
for (const stream of STREAMS) {
  const length = await lengthOf(stream);
  if (length !== undefined) say({ what: 'read', stream, length });
}
try {
  await store.close();
} catch (error) {
  say({ what: 'not closed', message: String(error) });
}
say({ what: 'ended' });
