import { join } from 'node:path';
import { expect, test } from 'vitest';
import { right } from '../../domain/testing/outcome.ts';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { createGivingWay } from './giving-way.ts';
import { stores } from './sqlite.testing.ts';
import { aStream, someEvents } from './testing.ts';

const temporaryDirectory = temporaryDirectories();
const open = stores();

/** How often the event loop turns until `work` is done. */
const turnsDuring = async (work: () => Promise<unknown>): Promise<number> => {
  let turns = 0;
  let next = setImmediate(function turn() {
    turns += 1;
    next = setImmediate(turn);
  });
  await work();
  clearImmediate(next);
  return turns;
};

test('reads that have the time share a turn of the event loop, and those that have not take one each', async () => {
  const [patient, hurried] = [createGivingWay(60_000), createGivingWay(0)];
  const five = (giveWay: typeof patient) => () =>
    Promise.all([1, 2, 3, 4, 5].map((read) => giveWay(() => read)));
  expect(await turnsDuring(five(patient))).toBe(0);
  expect(await turnsDuring(five(hurried))).toBeGreaterThanOrEqual(4);
});

test('others get their turn while the streams of many sessions are read at once, and each is whole', async () => {
  const store = open(join(await temporaryDirectory(), 'events.db'));
  const streams = Array.from({ length: 60 }, aStream);
  for (const stream of streams) await right(store.append(stream, -1, someEvents(400)));
  let lengths: readonly number[] = [];
  const turns = await turnsDuring(async () => {
    lengths = await Promise.all(
      streams.map(async (stream) => (await right(store.readStream(stream))).length),
    );
  });
  expect(lengths).toEqual(streams.map(() => 400));
  expect(turns).toBeGreaterThan(0);
});
