import { describe, expect, it } from 'vitest';
import type { PoolView } from '../../../../projections/views.ts';
import { consequence, slots } from './pool-plan.ts';

const pool = (target: number, ...states: readonly ('booting' | 'ready')[]): PoolView => ({
  specHash: 's',
  target,
  entries: states.map((state, index) => ({
    sessionId: `s${index}`,
    state,
    plannedAt: '2026-01-05T09:00:00.000Z',
    missing: [],
  })),
  claims: { pool: 0, cold: 0 },
  parts: { sandbox: 'warm', posthog: 'warm', neon: 'warm', resend: 'warm', github: 'warm' },
});

describe('the gauge of the pool', () => {
  it('has a slot for each session that is there or wanted', () => {
    const states = (view: PoolView) => slots(view).map(({ state }) => state);
    expect(states(pool(4, 'booting', 'ready'))).toEqual(['ready', 'booting', 'missing', 'missing']);
    expect(states(pool(1, 'ready', 'ready'))).toEqual(['ready', 'surplus']);
    expect(states(pool(0))).toEqual([]);
  });
});

describe('what another target comes to', () => {
  it('is said before it is set', () => {
    const two = pool(2, 'ready', 'ready');
    expect(consequence(two, 2)).toBe('That is what the pool has.');
    expect(consequence(two, 5)).toMatch(/^3 sessions more will be made/);
    expect(consequence(two, 1)).toBe('The youngest session will be discarded, with everything made for it.');
    expect(consequence(two, 0)).toBe(
      '2 sessions will be discarded. Every visitor will wait for a cold start.',
    );
    expect(consequence(pool(0), 0)).toBe('That is what the pool has.');
  });
});
