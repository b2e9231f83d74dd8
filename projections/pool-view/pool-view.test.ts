import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import {
  claimed,
  closeRequested,
  failed,
  later,
  OUTAGE,
  parked,
  planned,
  ready,
  readyWithout,
  renewalRequested,
  SPEC,
  sandboxUp,
  skipped,
  slept,
  started,
  succeeded,
} from '../../domain/testing/histories.ts';
import { published } from '../testing/feed.ts';
import { type Pools, poolView, renderPool } from './index.ts';

const poolsAfter = (...histories: readonly (readonly SessionEvent[])[]): Pools | undefined =>
  histories
    .flatMap((events, index) => published(events, `session-${index}`))
    .reduce<Pools | undefined>(poolView.evolve, undefined);

const shown = (...histories: readonly (readonly SessionEvent[])[]) =>
  renderPool(poolsAfter(...histories), SPEC, 1);

const EMPTY = {
  sandbox: 'starting',
  posthog: 'starting',
  neon: 'starting',
  resend: 'starting',
  github: 'starting',
};

describe('the pool', () => {
  test('with nothing in it says that everything is still starting', () => {
    expect(renderPool(undefined, SPEC, 1)).toEqual({
      specHash: SPEC,
      target: 1,
      entries: [],
      claims: { pool: 0, cold: 0 },
      parts: EMPTY,
    });
  });

  test('is not what a quick page is claimed from', () => {
    const page = planned({ purpose: 'visitor', mode: 'quick' });
    expect(shown([page, claimed()])).toMatchObject({ entries: [], claims: { pool: 0, cold: 0 } });
    expect(poolsAfter([page, claimed()])?.pages).toEqual([]);
  });

  test('shows each part as it becomes warm', () => {
    expect(shown([planned(), ...succeeded('neon'), started('resend')]).parts).toEqual({
      ...EMPTY,
      neon: 'warm',
    });
    expect(shown(ready())).toMatchObject({
      entries: [{ state: 'ready', missing: [] }],
      parts: { sandbox: 'warm', neon: 'warm', resend: 'warm', github: 'warm', posthog: 'warm' },
    });
  });

  test('shows what failed, and what is not configured', () => {
    expect(shown([planned(), failed('resend'), skipped('posthog'), parked('vm_boot')]).parts).toMatchObject({
      resend: 'failed',
      posthog: 'off',
      sandbox: 'failed',
    });
    expect(shown(readyWithout('resend'))).toMatchObject({
      entries: [{ missing: ['resend'] }],
      parts: { resend: 'failed', sandbox: 'warm' },
    });
  });

  test('a sandbox that stumbled and came up is warm; a push that fails takes nothing from it', () => {
    const [plan, ...rest] = ready();
    const stumbled = [plan, started('acp_init'), failed('acp_init'), ...rest].filter(
      (event) => event !== undefined,
    );
    expect(shown(stumbled).parts.sandbox).toBe('warm');
    const pushFailed: SessionEvent = {
      type: 'StepFailed',
      data: { step: 'push', attemptId: 'p', attempt: 1, error: OUTAGE, retryAt: later(1) },
    };
    expect(shown([...ready(), pushFailed]).parts.sandbox).toBe('warm');
  });

  test('an entry that was claimed or discarded is no longer in it, and the claim is counted', () => {
    expect(shown([...ready(), claimed()], [...ready(), closeRequested])).toMatchObject({
      entries: [],
      claims: { pool: 1, cold: 0 },
    });
  });

  test('an entry that sleeps is not ready', () => {
    expect(shown([...ready(), slept])).toMatchObject({ entries: [{ state: 'booting' }] });
  });

  test('a visitor’s own cold session never was in it', () => {
    expect(shown([planned({ purpose: 'visitor' })]).entries).toEqual([]);
  });

  test('shows the entries of its own spec', () => {
    expect(shown(ready({ specHash: 'spec-two' })).entries).toEqual([]);
  });

  test('has an entry whose sandbox is made anew in the pool it is made for, and not ready', () => {
    const renewed = renewalRequested({ specHash: 'spec-two' });
    const pools = poolsAfter([...ready(), renewed]);
    expect(renderPool(pools, SPEC, 1).entries).toEqual([]);
    const { entries, parts } = renderPool(pools, 'spec-two', 1);
    expect(entries).toMatchObject([{ state: 'booting', missing: [] }]);
    expect(entries[0]).not.toHaveProperty('readyAt');
    expect(parts).toMatchObject({ sandbox: 'starting', neon: 'warm' });
    const again: readonly SessionEvent[] = [
      renewed,
      ...sandboxUp(),
      ...succeeded('env_write', { version: 2 }),
      { type: 'SessionReady', data: { missing: [] } },
    ];
    const after = renderPool(poolsAfter([...ready(), ...again]), 'spec-two', 1);
    expect(after.entries).toMatchObject([{ state: 'ready' }]);
    expect(after.parts.sandbox).toBe('warm');
  });

  test('is left as it is by what happens to a session once it is claimed', () => {
    const pools = poolsAfter([...ready(), claimed()]);
    const later = published([started('push'), failed('neon'), slept, started('wake')], 'session-0');
    expect(later.reduce<Pools | undefined>(poolView.evolve, pools)).toBe(pools);
  });

  test('is left as it is by a step that changes nothing of what it shows', () => {
    const pools = poolsAfter([planned()]);
    const [first] = published([started('neon')], 'session-0');
    expect(first && poolView.evolve(pools, first)).toBe(pools);
  });

  test('has the target an operator set', () => {
    const set = published([{ type: 'PoolTargetSet', data: { target: 7 } }], `pool-${SPEC}`);
    const pools = set.reduce<Pools | undefined>(poolView.evolve, undefined);
    expect(renderPool(pools, SPEC, 1).target).toBe(7);
    const drained = published([{ type: 'PoolDrained', data: { reason: 'x' } }], `pool-${SPEC}`);
    expect(renderPool(drained.reduce<Pools | undefined>(poolView.evolve, pools), SPEC, 1).target).toBe(0);
  });
});
