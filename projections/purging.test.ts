import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { planned, submitted } from '../domain/testing/histories.ts';
import type { ReadModels } from './ports.ts';
import { startProjector } from './projector.ts';
import { sessionView } from './session-view/index.ts';
import { createTestFeed, published, unheard } from './testing/feed.ts';
import { createMemoryReadModels } from './testing/read-models.ts';

const LOG = published([planned(), submitted(), { type: 'SessionForgotten', data: {} }, submitted('later')]);
const NEVER_MS = 30_000;

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** A server over these views, and what it has done to them, in order. */
const serve = (kept: ReadModels, feed: ReturnType<typeof createTestFeed>) => {
  const done: string[] = [];
  const readModels: ReadModels = {
    ...kept,
    write: (table, rows, checkpoint) => {
      done.push(`written to ${checkpoint}`);
      return kept.write(table, rows, checkpoint);
    },
    serve: (table, last) => {
      done.push(`serves at ${last.checkpoint}`);
      return kept.serve(table, last);
    },
    purge: async () => void done.push('purge due'),
  };
  const stop = new AbortController();
  const projector = startProjector(sessionView, {
    feed,
    readModels,
    signal: stop.signal,
    ...unheard,
    retryMs: 1,
  });
  running.push(async () => {
    stop.abort();
    await projector.stopped;
  });
  return { ...projector, done };
};

const AROUND = (what: string) => ['purge due', what, 'purge due'];

describe('what a session said', () => {
  test('is due to go off the disk before it is written over: a server may be killed right after that', async () => {
    const feed = createTestFeed([1]);
    const server = serve(createMemoryReadModels(), feed);
    await server.caughtUp;
    feed.append(LOG);
    await server.waitFor('4', NEVER_MS);
    expect(server.done).toEqual([
      'serves at undefined',
      'written to 1',
      'written to 2',
      ...AROUND('written to 3'),
      'written to 4',
    ]);
  });

  test('is so when a rebuild comes by its end, and where it was taken up after a crash', async () => {
    const kept = createMemoryReadModels();
    const feed = createTestFeed();
    feed.append(LOG);
    const table = { name: 'session_view_v1', projection: sessionView.name, version: sessionView.version };
    const first = serve(kept, feed);
    await first.caughtUp;
    expect(first.done).toEqual(AROUND('serves at 4'));
    await running.pop()?.();

    await kept.begin({ ...table, name: 'half', generation: 2 });
    await kept.write('half', [], '3');
    const second = serve(kept, feed);
    while ((await second.status()).building !== undefined) await nextTurn();
    expect(second.done).toEqual(AROUND('serves at 4'));
  });
});
