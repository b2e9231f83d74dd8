import { getEventListeners } from 'node:events';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { createTestWorld, startTestServer } from '../testing/world.ts';
import { causedBy } from './context.ts';
import { record } from './record.ts';

const AWAY = { tag: 'StoreUnavailable', message: 'The log is away.' } as const;

const recordingWhileAway = () => {
  const world = createTestWorld();
  const { context } = startTestServer(world);
  let tries = 0;
  const handlers: typeof context.handlers = {
    ...context.handlers,
    session: (...asked) => {
      tries += 1;
      return tries < 20 ? async () => E.left(AWAY) : context.handlers.session(...asked);
    },
  };
  const stopping = new AbortController();
  const recorded = record(
    { ...context, handlers },
    'a-session',
    () => E.right([]),
    causedBy('test', 'key'),
    stopping.signal,
  );
  return { world, stopping, recorded, listening: () => getEventListeners(stopping.signal, 'abort').length };
};

test('what could not be written for a while is, and nothing of the waiting is left', async () => {
  const { world, recorded, listening } = recordingWhileAway();
  expect((await world.time.during(recorded))?.events).toEqual([]);
  expect(listening()).toBe(0);
});

test('who stops does not wait for the log', async () => {
  const { stopping, recorded, listening } = recordingWhileAway();
  await expect.poll(listening).toBe(1);
  stopping.abort();
  expect(await recorded).toBeUndefined();
});
