import { join } from 'node:path';
import { expect, test } from 'vitest';
import { left, right, rightOf } from '../../domain/testing/outcome.ts';
import { openSqliteFile } from '../sqlite-file/open-file.ts';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { eventStoreFile } from './sqlite.ts';
import { eventStoreOver } from './sqlite-store.ts';
import { anEvent, aStream, someEvents } from './testing.ts';

const temporaryDirectory = temporaryDirectories();

/** A store whose file may not grow beyond `pages`, which SQLite reports as it reports ENOSPC. */
const fullStore = async (pages: number) => {
  const db = rightOf(openSqliteFile(eventStoreFile(join(await temporaryDirectory(), 'events.db'))));
  const store = eventStoreOver(db);
  const resize = (to: number) => db.exec(`PRAGMA max_page_count = ${to}`);
  resize(pages);
  return { store, resize };
};

const large = () => anEvent({ text: 'x'.repeat(200_000) });

test('on a full disk an append says so, has written nothing, and reads go on', async () => {
  const { store } = await fullStore(20);
  const stream = aStream();
  const kept = someEvents(2);
  const first = await right(store.append(stream, -1, kept));
  expect(await left(store.append(stream, 1, [anEvent(), large()]))).toMatchObject({ tag: 'StoreFull' });
  expect(await right(store.readStream(stream))).toMatchObject(kept);
  expect(await right(store.head())).toBe(first.position);
  await store.close();
});

test('an append that shared the commit is told that nothing was written, too', async () => {
  const { store } = await fullStore(20);
  const small = aStream();
  const [ok, tooMuch] = await Promise.all([
    store.append(small, -1, someEvents(1))(),
    store.append(aStream(), -1, [large()])(),
  ]);
  expect([ok, tooMuch]).toMatchObject([{ left: { tag: 'StoreFull' } }, { left: { tag: 'StoreFull' } }]);
  expect(await right(store.readStream(small))).toEqual([]);
  await store.close();
});

test('once there is space again, the same append goes through', async () => {
  const { store, resize } = await fullStore(20);
  const stream = aStream();
  const events = [large()];
  await left(store.append(stream, -1, events));
  resize(1000);
  expect((await right(store.append(stream, -1, events))).revision).toBe(0);
  await store.close();
});
