import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, test } from 'vitest';
import { openSqliteEventStore } from '../adapters/event-store/sqlite.ts';
import { systemClock } from '../commands/ports/clock.ts';
import { verifySeals } from '../commands/seal.ts';
import { createTestWorld, factsOf, historyOf, startTestServer } from '../commands/testing/world.ts';
import { rightOf } from '../domain/testing/outcome.ts';

const clean: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const step of clean.splice(0)) await step();
});

/** A real log on disk under doubles of everything else, with the system's own clock. */
const onDisk = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mk0r-claims-'));
  const store = rightOf(openSqliteEventStore({ file: join(directory, 'events.db') }));
  const world = createTestWorld({ store, clock: systemClock, latencyMs: 0, appendMs: 0 });
  const server = startTestServer(world, { poolTarget: 20, poolBootConcurrency: 20 });
  clean.push(
    () => server.stop(),
    () => store.close(),
    () => rm(directory, { recursive: true }),
  );
  const warm = () => server.context.directory.claimable('spec-one', systemClock.now());
  const isWarm = (): Promise<void> =>
    expect.poll(() => warm().length, { timeout: 50_000, interval: 20 }).toBe(20);
  return { world, server, warm, isWarm };
};

describe('two hundred visitors over twenty warm sessions, on the real log', () => {
  test('twenty are served from the pool, the rest cold, and nobody shares', async () => {
    const { world, server, warm, isWarm } = await onDisk();
    await isWarm();
    const pooled = new Set(warm().map(({ sessionId }) => sessionId));

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        server.create({
          commandId: `c-${index}`,
          owner: `visitor-${index}`,
          prompt: `App number ${index}`,
          residentialIp: false,
        })(),
      ),
    );
    const created = answers.flatMap((answer) => (E.isRight(answer) ? [answer.right] : []));
    expect(created).toHaveLength(200);
    expect(new Set(created.map(({ sessionId }) => sessionId)).size).toBe(200);
    expect(new Set(created.map(({ sessionKey }) => sessionKey)).size).toBe(200);
    const fromPool = created.filter(({ source }) => source === 'pool');
    expect(new Set(fromPool.map(({ sessionId }) => sessionId))).toEqual(pooled);

    for (const { sessionId } of created) {
      expect(await factsOf(world, sessionId, 'SandboxClaimed')).toHaveLength(1);
      expect(await factsOf(world, sessionId, 'TurnSubmitted')).toHaveLength(1);
      expect(verifySeals(await historyOf(world, sessionId)).firstBad).toBeUndefined();
    }
  });
});
