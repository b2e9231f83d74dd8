import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAbsence } from './absence.ts';

class Outage extends Error {}
class Refusal extends Error {}

const isOutage = (error: unknown): boolean => error instanceof Outage;
/** Of the clock that stands still until a test moves it, which `node:timers/promises` is not. */
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server that answers when the test says so. */
const createServer = () => {
  const waiting: PromiseWithResolvers<string>[] = [];
  return {
    waiting,
    call: () => {
      const call = Promise.withResolvers<string>();
      waiting.push(call);
      return call.promise;
    },
    answer: () => waiting.shift()?.resolve('answer'),
    fail: (error: Error = new Outage('gone')) => waiting.shift()?.reject(error),
  };
};

/** What became of a call, so far. */
const watched = (call: Promise<string>) => {
  const seen: { outcome?: string } = {};
  call.then(
    (answer) => Object.assign(seen, { outcome: answer }),
    (error: Error) => Object.assign(seen, { outcome: error.message }),
  );
  return seen;
};

describe('calls to a server that is away', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const afterAnOutage = async () => {
    const server = createServer();
    const absence = createAbsence(isOutage, wait);
    const first = watched(absence.during(server.call));
    server.fail();
    await tick();
    expect(first.outcome).toBe('gone');
    return { server, absence };
  };

  test('are refused while one of them finds out whether it is back', async () => {
    const { server, absence } = await afterAnOutage();
    const [probe, ...others] = [1, 2, 3].map(() => watched(absence.during(server.call)));
    await vi.advanceTimersByTimeAsync(100);
    expect(server.waiting).toHaveLength(1);
    expect(others.map(({ outcome }) => outcome)).toEqual([
      'the event store is away',
      'the event store is away',
    ]);
    expect(probe?.outcome).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(probe?.outcome).toBe('the event store is away');
  });

  test('are all made again once one was answered, also one nobody waited for any more', async () => {
    const { server, absence } = await afterAnOutage();
    watched(absence.during(server.call));
    await vi.advanceTimersByTimeAsync(1_000);
    server.answer();
    await vi.advanceTimersByTimeAsync(0);
    const both = [watched(absence.during(server.call)), watched(absence.during(server.call))];
    server.answer();
    server.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(both.map(({ outcome }) => outcome)).toEqual(['answer', 'answer']);
  });

  test('that were refused for a reason of their own say nothing of the server', async () => {
    const server = createServer();
    const absence = createAbsence(isOutage, wait);
    const refused = watched(absence.during(server.call));
    server.fail(new Refusal('no right to that'));
    await vi.advanceTimersByTimeAsync(0);
    expect(refused.outcome).toBe('no right to that');
    watched(absence.during(server.call));
    watched(absence.during(server.call));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.waiting).toHaveLength(2);
  });
});
