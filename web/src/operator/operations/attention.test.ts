import { describe, expect, it } from 'vitest';
import type { ProjectionStatus } from '../../../../projections/status.ts';
import type { OpsReport, PoolView, ProviderOps } from '../../../../projections/views.ts';
import { attention, isUncounted } from './attention.ts';

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

const ops = (parkedTotal: number, ...providers: readonly ProviderOps[]) =>
  ({ parkedTotal, providers }) as unknown as OpsReport['ops'];
const whats = (report: Partial<OpsReport>): readonly string[] => attention(report).map(({ what }) => what);

describe('what needs an operator', () => {
  it('is nothing where everything looks after itself', () => {
    expect(
      whats({ ops: ops(0), pool: pool(1, 'ready'), orphans: { orphans: 0, stuck: 0, missing: 3 } }),
    ).toEqual([]);
    expect(whats({ pool: pool(0) })).toEqual([]);
  });

  it('is named and counted', () => {
    expect(
      whats({ ops: ops(2), orphans: { orphans: 1, stuck: 2, missing: 0 }, pool: pool(2, 'booting') }),
    ).toEqual([
      '2 steps given up on',
      '2 resources that cannot be released',
      '1 orphan',
      'Nothing stands ready in the pool',
    ]);
  });

  it('is a provider only until it has answered again', () => {
    const failing: ProviderOps = {
      service: 'resend',
      failures: 3,
      byCode: {},
      lastAt: '2026-01-05T09:00:02.000Z',
    };
    expect(whats({ ops: ops(0, failing) })).toEqual(['1 provider failing']);
    expect(whats({ ops: ops(0, { ...failing, lastOkAt: '2026-01-05T09:00:03.000Z' }) })).toEqual([]);
  });
});

describe('what the page counts', () => {
  const projection = (name: string, isServing: boolean) =>
    ({ name, ...(isServing ? { serving: { table: `${name}_v1` } } : {}) }) as ProjectionStatus;

  it('is not known while a view it is read from serves nothing yet', () => {
    expect(isUncounted({ projections: [projection('ops_view', false)] })).toBe(true);
    expect(isUncounted({ projections: [projection('pool_view', true), projection('ops_view', true)] })).toBe(
      false,
    );
    expect(isUncounted({ projections: [projection('transcript_view', false)] })).toBe(false);
    expect(isUncounted({})).toBe(false);
    expect(whats({ pool: pool(1), projections: [projection('pool_view', false)] })).toEqual([]);
  });
});
