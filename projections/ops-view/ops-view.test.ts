import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import { evolve } from '../../domain/session/evolve.ts';
import { isGivenUp, noSession, RESOURCE_MISSING } from '../../domain/session/state.ts';
import { isOwners, isRelease, type StepName, type StepState } from '../../domain/steps.ts';
import { anyHistory } from '../../domain/testing/arbitrary-events.ts';
import {
  claimed,
  closeRequested,
  failed,
  later,
  OUTAGE,
  outcome,
  parked,
  planned,
  REFUSED,
  ready,
  released,
  releasedAll,
  skipped,
  slept,
  started,
  submitted,
  succeeded,
  turn,
  turnFinished,
  turnStarted,
  wakeRequested,
} from '../../domain/testing/histories.ts';
import { holds } from '../../domain/testing/property.ts';
import type { FeedEvent } from '../ports.ts';
import { interleaved, published } from '../testing/feed.ts';
import { opsView } from './index.ts';
import { renderOps } from './render.ts';
import type { OpsShard } from './shard.ts';

const shardsAfter = (events: readonly FeedEvent[]): ReadonlyMap<string, OpsShard> => {
  const shards = new Map<string, OpsShard>();
  for (const event of events) {
    const key = opsView.keyOf(event);
    const shard = key === undefined ? undefined : opsView.evolve(shards.get(key), event);
    if (key !== undefined && shard !== undefined) shards.set(key, shard);
  }
  return shards;
};
const seen = (events: readonly FeedEvent[]) => renderOps([...shardsAfter(events).values()]);
/** The installation after these histories, one for each session, whose events alternate a second apart. */
const installation = (...histories: readonly (readonly SessionEvent[])[]) => seen(interleaved(histories));

const stepOf = (view: ReturnType<typeof installation>, step: StepName) =>
  view.steps.find((each) => each.step === step);
const providerOf = (view: ReturnType<typeof installation>, name: string) =>
  view.providers.find(({ service }) => service === name);
const forgotten: SessionEvent = { type: 'SessionForgotten', data: {} };
const closed: SessionEvent = { type: 'SessionClosed', data: {} };
const woken: SessionEvent = {
  type: 'SandboxWoken',
  data: { attemptId: 'wake#1', agentSessionId: 'a', envRestored: false, sha: '0'.repeat(40), runner: 'r' },
};

describe('sessions', () => {
  test('are each counted where they are', () => {
    const view = installation(
      [planned()],
      [...ready(), claimed()],
      [...ready(), slept],
      [...ready(), slept, started('wake')],
      [...ready(), closeRequested],
      [...ready(), closeRequested, ...releasedAll(), closed],
      [...ready(), closeRequested, ...releasedAll(), closed, started('forget'), forgotten],
    );
    expect(view.sessions).toEqual({
      byState: {
        quick: 0,
        booting: 1,
        awake: 1,
        asleep: 1,
        waking: 1,
        lost: 0,
        closing: 1,
        closed: 1,
        forgotten: 1,
      },
      claimed: 1,
      unclaimed: 3,
    });
    expect(view.sandboxes).toEqual({ slept: 2, woken: 0, lost: 0 });
  });

  test('that were forgotten leave nothing behind but a number', () => {
    const shards = shardsAfter(published([...ready(), claimed(), closeRequested, closed, forgotten]));
    expect([...shards.values()].flatMap(({ sessions }) => Object.keys(sessions))).toEqual([]);
  });

  test('boot again where their sandbox went away before they were ready', () => {
    const view = installation([planned(), ...succeeded('vm_boot'), parked('acp_init'), slept]);
    expect(view.sessions.byState.booting).toBe(1);
    expect(view.parked).toEqual([]);
  });
});

describe('a boot', () => {
  test('is timed step by step, each from its intent to its outcome', () => {
    const view = installation([
      planned(),
      started('neon'),
      failed('neon'),
      started('neon', { attempt: 2 }),
      started('vm_boot'),
      outcome('neon'),
    ]);
    expect(stepOf(view, 'neon')).toEqual({
      step: 'neon',
      group: 'boot',
      took: { count: 1, p50: 2_000, p95: 2_000, p99: 2_000, max: 2_000 },
      running: 0,
      skipped: 0,
      failures: { upstream_down: 1 },
    });
    expect(stepOf(view, 'vm_boot')).toMatchObject({ running: 1, took: { count: 0 } });
    expect(stepOf(view, 'posthog')).toBeUndefined();
  });

  test('is timed as a whole, from its plan, and from the claim of a visitor who had to wait for it', () => {
    const cold = installation([planned(), claimed(), ...ready().slice(1)]);
    expect(cold.boot.fromPlan).toMatchObject({
      count: 1,
      max: 1_000 * (ready().findIndex(({ type }) => type === 'SessionReady') + 1),
    });
    expect(cold.boot.fromClaim.max).toBe((cold.boot.fromPlan.max ?? 0) - 1_000);
    expect(installation([...ready(), claimed()]).boot.fromClaim).toEqual({ count: 0 });
  });

  test('counts what was skipped', () => {
    expect(stepOf(installation([planned(), started('resend'), skipped('resend')]), 'resend')).toMatchObject({
      skipped: 1,
      took: { count: 0 },
    });
  });
});

describe('claims', () => {
  test('tell how many were served from the pool, of all and of the last hundred', () => {
    const cold: SessionEvent = {
      type: 'SandboxClaimed',
      data: { source: 'cold', owner: 'bo', keyDigest: 'd' },
    };
    const histories = Array.from({ length: 130 }, (_, index) =>
      published([planned(), index < 60 ? cold : claimed()], `session-${index}`).map((event) => ({
        ...event,
        at: later(index * 10_000 + event.pos),
      })),
    );
    expect(seen(histories.flat()).claims).toEqual({ pool: 70, cold: 60, recent: { pool: 70, cold: 30 } });
  });
});

describe('a provider', () => {
  test('that fails says how, how often, when last and with what word', () => {
    const view = installation([planned(), started('neon'), failed('neon'), started('neon'), parked('neon')]);
    expect(providerOf(view, 'neon')).toEqual({
      service: 'neon',
      failures: 2,
      byCode: { upstream_down: 2 },
      lastAt: later(4_000),
      lastError: OUTAGE,
    });
  });

  test('that works again says since when', () => {
    const view = installation([planned(), started('neon'), failed('neon'), ...succeeded('neon')]);
    expect(providerOf(view, 'neon')).toMatchObject({ lastAt: later(2_000), lastOkAt: later(4_000) });
  });

  test('is blamed for the orphan it would not give back', () => {
    const view = seen(
      published(
        [
          {
            type: 'OrphanReleaseFailed',
            data: { service: 'resend', resourceId: 'r', error: REFUSED },
          },
        ],
        'janitor',
      ),
    );
    expect(providerOf(view, 'resend')).toMatchObject({ failures: 1, byCode: { not_allowed: 1 } });
  });

  test('cannot fill the view with codes of its own making', () => {
    const failures = Array.from(
      { length: 50 },
      (_, index): SessionEvent => ({
        type: 'StepParked',
        data: { step: 'neon', attempt: 1, error: { ...OUTAGE, code: `code_${index}` } },
      }),
    );
    const neon = providerOf(installation([planned(), ...failures]), 'neon');
    expect(Object.keys(neon?.byCode ?? {})).toHaveLength(21);
    expect(neon?.byCode.other).toBe(30);
  });
});

describe('parked work', () => {
  test('says what, since when, why, and who may ask for it again', () => {
    const view = installation(
      [planned(), started('neon', { attempt: 5 }), parked('neon')],
      [planned(), started('env_write'), parked('env_write', 3)],
      [...ready(), closeRequested, started('release_resend'), parked('release_resend', 1)],
      [
        ...ready(),
        {
          type: 'ResourceMissing',
          data: { service: 'github', error: { ...OUTAGE, code: RESOURCE_MISSING } },
        },
      ],
    );
    const work = view.parked.map(({ step, attempt, retry }) => [step, attempt, retry.by, retry.command]);
    expect(work.toSorted()).toEqual([
      ['env_write', 3, 'operator', 'WakeRequested'],
      ['github', 1, 'owner', 'ServiceRetryRequested'],
      ['neon', 5, 'operator', 'ServiceRetryRequested'],
      ['release_resend', 1, 'operator', 'ReleaseRetryRequested'],
    ]);
    expect(view.parked[0]).toMatchObject({ sessionId: 'a', slug: 'abcdefghijkl', error: OUTAGE });
    expect(view.parkedTotal).toBe(4);
  });

  test('is over when somebody asks for it again', () => {
    const retried: SessionEvent = { type: 'ServiceRetryRequested', data: { service: 'neon' } };
    expect(installation([planned(), parked('neon'), retried]).parked).toEqual([]);
    expect(installation([planned(), parked('env_write'), wakeRequested]).parked).toEqual([]);
    const release: SessionEvent = { type: 'ReleaseRetryRequested', data: { reason: 'asked' } };
    expect(installation([...ready(), closeRequested, parked('release_neon'), release]).parked).toEqual([]);
  });

  test('of a session that ends is only what is still to be released', () => {
    const view = installation([planned(), parked('neon'), closeRequested, ...released('sandbox')]);
    expect(view.parked).toEqual([]);
  });
});

describe('turns', () => {
  test('are counted where they are, and timed when they finish', () => {
    const view = installation(
      [...ready(), ...turn('t1', 'a', '0'), submitted('t2'), turnStarted('t2'), submitted('t3')],
      [...ready(), submitted('t1'), { type: 'TurnCancelled', data: { turnId: 't1' } }],
      [
        ...ready(),
        submitted('t1'),
        turnStarted('t1'),
        { type: 'TurnFailed', data: { turnId: 't1', error: OUTAGE } },
      ],
    );
    expect(view.turns).toEqual({
      queued: 1,
      running: 1,
      finished: 1,
      failed: 1,
      cancelled: 1,
      took: { count: 1, p50: 3_000, p95: 3_000, p99: 3_000, max: 3_000 },
    });
  });

  test('that a dead server had begun are one turn, however often they are begun again', () => {
    const view = installation([
      ...ready(),
      submitted('t1'),
      turnStarted('t1'),
      turnStarted('t1', { attempt: 2 }),
      turnFinished('t1'),
      turnFinished('t1'),
    ]);
    expect(view.turns).toMatchObject({ queued: 0, running: 0, finished: 1 });
  });

  test('end with their session', () => {
    const view = installation([
      ...ready(),
      submitted('t1'),
      turnStarted('t1'),
      submitted('t2'),
      closeRequested,
    ]);
    expect(view.turns).toMatchObject({ queued: 0, running: 0 });
  });
});

test('sleep and wake are counted', () => {
  const lost: SessionEvent = { type: 'SandboxLost', data: { reason: 'no files' } };
  expect(installation([...ready(), slept, started('wake'), woken, slept, lost]).sandboxes).toEqual({
    slept: 2,
    woken: 1,
    lost: 1,
  });
});

describe('beside the write side', () => {
  holds(
    'every history leaves the same steps given up on, and the session in the same state',
    [anyHistory],
    (history) => {
      const events = [planned(), ...history].filter(({ type }) => type !== 'SessionForgotten');
      const log = published(events);
      const state = events.reduce(
        (before, event, index) => evolve(before, event, log[index]?.at ?? ''),
        noSession,
      );
      const view = seen(log);
      const wrong = (Object.entries(state.steps) as [StepName, StepState][])
        .filter(([step]) => !isOwners(step))
        .filter(([step, { status }]) => {
          const shown = view.parked.some((work) => work.step === step);
          const isParked = status === 'parked' && (state.status === 'open' || isRelease(step));
          // A sandbox rebuilt on another commit makes a push worth trying, and another turn a checkpoint: they are
          // shown until that begins.
          const isWorthTrying = (step === 'push' || step === 'checkpoint') && status === 'waiting';
          return shown !== isParked && !(shown && isWorthTrying);
        });
      expect(wrong).toEqual([]);
      const givenUp = Object.values(state.steps).filter(isGivenUp).length;
      expect(view.parked.filter(({ retry }) => retry.by === 'operator').length).toBeLessThanOrEqual(
        givenUp + 1,
      );
      const { byState } = view.sessions;
      if (state.status === 'closing' || state.status === 'closed') expect(byState[state.status]).toBe(1);
      else if (state.mode === 'quick') expect(byState.quick).toBe(1);
      else if (state.readyAt === undefined) expect(byState.booting).toBe(1);
      else expect(byState.booting + byState.awake + byState.asleep + byState.waking + byState.lost).toBe(1);
    },
    { runs: 500 },
  );
});
