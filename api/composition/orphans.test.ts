import { describe, expect, test } from 'vitest';
import { createTestClock } from '../../commands/testing/clock.ts';
import { noOrphans } from '../../domain/janitor/janitor.ts';
import type { SweepView } from '../application/operators.ts';
import { createOrphans } from './orphans.ts';

const SWEPT: SweepView = { found: 1, released: 1, failed: 0, missing: 0, retried: 0, unreachable: [] };
const FAILED = {
  left: { tag: 'Unavailable', code: 'sweep_failed', message: expect.stringContaining('Try again') },
};

/** An operator, and providers that answer when the test says so. */
const world = () => {
  const clock = createTestClock();
  const logged: string[] = [];
  const begun: { readonly ends: () => void; readonly fails: () => void }[] = [];
  let sweptAt: string | undefined;
  const say = (_: object, message: string) => void logged.push(message);
  const orphans = createOrphans({
    directory: { janitor: () => noOrphans },
    views: { ledger: { find: async () => [] } as never },
    janitor: {
      sweptAt: () => sweptAt,
      sweep: () =>
        new Promise((resolve, reject) => {
          begun.push({
            ends: () => {
              sweptAt = clock.now();
              resolve(SWEPT);
            },
            fails: () => reject(new Error('the log is away')),
          });
        }),
    },
    clock,
    log: { info: say, warn: say, error: say },
  });
  return { clock, begun, logged, orphans, release: () => orphans.releaseOrphans({ commandId: 'press' })() };
};

describe('a release of orphans', () => {
  test('is answered with what came of it where that is soon known', async () => {
    const { clock, begun, release, orphans } = world();
    const answer = release();
    await clock.pass(19_000);
    begun[0]?.ends();
    expect(await answer).toEqual({ _tag: 'Right', right: SWEPT });
    expect((await orphans.orphans()).sweeping).toBeUndefined();
  });

  test('that takes long is said to go on, and when it has ended', async () => {
    const { clock, begun, release, orphans } = world();
    const since = clock.now();
    expect(await clock.during(release())).toEqual({ _tag: 'Right', right: { state: 'running', since } });
    expect(await orphans.orphans()).toMatchObject({ sweeping: true });
    await clock.pass(60_000);
    begun[0]?.ends();
    await clock.pass(0);
    const { sweeping, sweptAt = '' } = await orphans.orphans();
    expect([sweeping, sweptAt > since]).toEqual([undefined, true]);
  });

  test('is one, however often it is asked for while it runs, and another one after that', async () => {
    const { clock, begun, release } = world();
    const first = await clock.during(release());
    const second = release();
    await clock.pass(1_000);
    expect(begun).toHaveLength(1);
    begun[0]?.ends();
    expect(first).toMatchObject({ right: { state: 'running' } });
    expect(await second).toEqual({ _tag: 'Right', right: SWEPT });
    const third = release();
    begun[1]?.ends();
    expect(await third).toEqual({ _tag: 'Right', right: SWEPT });
  });

  test('that fails is answered as one while somebody waits, and is in the log after that', async () => {
    const { clock, begun, release, logged, orphans } = world();
    const answer = release();
    begun[0]?.fails();
    expect(await answer).toMatchObject(FAILED);
    expect(await clock.during(release())).toMatchObject({ right: { state: 'running' } });
    begun[1]?.fails();
    await clock.pass(0);
    expect(logged).toEqual(['a sweep failed', 'a sweep failed']);
    expect(await orphans.orphans()).toEqual({ orphans: [], stuck: [], missing: [] });
  });
});
