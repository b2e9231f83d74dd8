import { expect, test } from 'vitest';
import type { AgentUpdate } from '../ports/agent.ts';
import { createTestClock } from '../testing/clock.ts';
import { never } from '../testing/port-of.ts';
import { listen } from './listen.ts';

const SAID: AgentUpdate = { eventId: 1, type: 'message', text: 'Hello' };
const DONE: AgentUpdate = { eventId: 2, type: 'result', stopReason: 'end_turn' };

/** Says this, and then does that. */
async function* agent(says: readonly AgentUpdate[], then: () => Promise<unknown> = async () => undefined) {
  yield* says;
  await then();
}

const heard = async (updates: AsyncIterable<AgentUpdate>, abort = new AbortController()) => {
  const clock = createTestClock();
  const all: AgentUpdate[] = [];
  const listening = (async () => {
    for await (const update of listen(updates, abort.signal, clock)) all.push(update);
  })();
  await clock.during(listening);
  return all;
};

test('what an agent says is heard as it is, to its end', async () => {
  expect(await heard(agent([SAID, DONE]))).toEqual([SAID, DONE]);
});

test('a stream that throws ends in an error, and in nothing worse', async () => {
  const updates = agent([SAID], () => Promise.reject(new Error('socket hang up')));
  expect(await heard(updates)).toEqual([
    SAID,
    { eventId: 2, type: 'error', code: 'unexpected', message: expect.any(String) },
  ]);
});

test('one that goes on in silence after it was told to end is not waited for', async () => {
  const abort = new AbortController();
  abort.abort();
  expect(await heard(agent([SAID], never), abort)).toEqual([
    SAID,
    { eventId: 2, type: 'error', code: 'aborted', message: expect.any(String) },
  ]);
});

test('one that nobody listens to any more is closed', async () => {
  let isClosed = false;
  const updates = (async function* () {
    try {
      yield SAID;
      yield DONE;
    } finally {
      isClosed = true;
    }
  })();
  for await (const _ of listen(updates, new AbortController().signal, createTestClock())) break;
  await expect.poll(() => isClosed).toBe(true);
});
