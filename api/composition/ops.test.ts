import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { REFUSED } from '../../commands/testing/providers.ts';
import { coldSession, isReady } from '../../commands/testing/visits.ts';
import { createTestWorld, historyOf } from '../../commands/testing/world.ts';
import type { JanitorEvent } from '../../domain/janitor/events.ts';
import { evolveJanitor, noOrphans } from '../../domain/janitor/janitor.ts';
import type { ProcessFacts } from '../../projections/operator-views.ts';
import { NO_SHARD, type OpsShard } from '../../projections/ops-view/shard.ts';
import { createOps } from './ops.ts';

const FOUND: JanitorEvent = {
  type: 'OrphanFound',
  data: {
    service: 'github',
    provider: 'embedded',
    resourceId: 'r',
    name: 'mk0r-a',
    slug: 'a',
    why: 'no_session',
  },
};
const FACTS = { node: '24' } as ProcessFacts;

/** A session whose mail was refused for good, and an operator's hand on it. */
const stuck = async () => {
  const world = createTestWorld({ seed: 3 });
  world.providers.resend.down(REFUSED);
  const visit = await coldSession(world);
  const { server, sessionId } = visit;
  await world.time.until(() => isReady(server.session(sessionId)));
  const position = { now: '1' };
  let looks = 0;
  let shards: readonly OpsShard[] = [NO_SHARD];
  let janitor = noOrphans;
  let sweptAt: string | undefined;
  let serves = true;
  const ops = createOps({
    views: {
      ops: {
        applied: () => position.now,
        serves: () => serves,
        find: async () => {
          looks += 1;
          return shards;
        },
      } as never,
      ledger: { applied: () => position.now, serves: () => serves } as never,
      waitFor: async () => undefined,
    },
    orphans: async () => ({
      ...(sweptAt === undefined ? {} : { sweptAt }),
      orphans: Object.values(janitor.orphans),
      stuck: [],
      missing: [],
    }),
    sweptAt: () => sweptAt,
    watch: { facts: async () => FACTS },
    directory: { session: server.context.directory.session, janitor: () => janitor },
    handlers: server.context.handlers,
  });
  return {
    ...visit,
    ops,
    looks: () => looks,
    becomes: (next: readonly OpsShard[]) => {
      shards = next;
      position.now += '1';
    },
    isBuilt: (isBuilt: boolean) => {
      serves = isBuilt;
    },
    sweeps: (at: string) => {
      sweptAt = at;
    },
    finds: (found: JanitorEvent) => {
      janitor = evolveJanitor(janitor, found, world.time.now());
    },
  };
};

describe('an operator', () => {
  test('has a step tried again, by an event of theirs, once however often they ask', async () => {
    const { world, server, sessionId, ops } = await stuck();
    expect(server.session(sessionId)?.steps.resend?.status).toBe('parked');
    world.providers.resend.down(undefined);
    const command = { commandId: 'again', sessionId, step: 'resend' } as const;
    const first = await world.time.during(ops.retryStep(command)());
    await world.time.until(() => server.session(sessionId)?.steps.resend?.status === 'done');
    const second = await world.time.during(ops.retryStep(command)());
    if (isLeft(first) || isLeft(second)) throw new Error('the retry was refused');
    expect(second.right.revision).toBe(first.right.revision);
    const asked = (await historyOf(world, sessionId)).filter(({ type }) => type === 'ServiceRetryRequested');
    expect(asked.map(({ data, metadata }) => [data, metadata.actor])).toEqual([
      [{ service: 'resend' }, 'operator'],
    ]);
  });

  test('is told that there is nothing to try again, or nobody', async () => {
    const { world, sessionId, ops } = await stuck();
    const retry = (id: string, step: 'neon' | 'resend') =>
      world.time.during(ops.retryStep({ commandId: `${id}-${step}`, sessionId: id, step })());
    expect(await retry(sessionId, 'neon')).toMatchObject({
      left: { tag: 'Refused', code: 'step_not_parked' },
    });
    expect(await retry('never-was', 'resend')).toEqual({ _tag: 'Left', left: { tag: 'NotFound' } });
  });
});

describe('the operations report', () => {
  test('is read again only once something has happened', async () => {
    const { ops, looks, becomes } = await stuck();
    expect(await ops.ops()).toMatchObject({
      ops: { sessions: { claimed: 0 } },
      orphans: { orphans: 0, stuck: 0, missing: 0 },
      process: FACTS,
    });
    await ops.ops();
    expect(looks()).toBe(1);
    becomes([{ ...NO_SHARD, forgotten: 7 }]);
    expect((await ops.ops()).ops.sessions.byState.forgotten).toBe(7);
    expect(looks()).toBe(2);
  });

  test('says when the providers were last compared with the log, also where nothing has happened since', async () => {
    const { ops, sweeps } = await stuck();
    sweeps('2026-01-01T09:00:00.000Z');
    await ops.ops();
    sweeps('2026-01-01T12:00:00.000Z');
    expect((await ops.ops()).orphans.sweptAt).toBe('2026-01-01T12:00:00.000Z');
  });

  test('is there while the views are made, with what is known without them', async () => {
    const { ops, looks, finds, sweeps, becomes, isBuilt } = await stuck();
    isBuilt(false);
    finds(FOUND);
    sweeps('2026-01-01T09:00:00.000Z');
    expect(await ops.ops()).toMatchObject({
      ops: { sessions: { claimed: 0 } },
      orphans: { orphans: 1, stuck: 0, missing: 0, sweptAt: '2026-01-01T09:00:00.000Z' },
      process: FACTS,
    });
    expect(looks()).toBe(0);
    isBuilt(true);
    becomes([{ ...NO_SHARD, forgotten: 7 }]);
    expect((await ops.ops()).ops.sessions.byState.forgotten).toBe(7);
  });

  test('counts an orphan that was found, also where the views were there before', async () => {
    const { ops, finds } = await stuck();
    await ops.ops();
    finds(FOUND);
    expect((await ops.ops()).orphans.orphans).toBe(1);
  });
});
