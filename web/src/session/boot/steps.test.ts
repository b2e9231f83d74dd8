import { describe, expect, it } from 'vitest';
import { noSpending } from '../../../../projections/session-view/spending.ts';
import type { ChecklistStep, SessionView } from '../../../../projections/views.ts';
import { currentStep, troubleOf, waterfall } from './steps.ts';

const at = (ms: number): string => new Date(ms).toISOString();
const view = (checklist: readonly ChecklistStep[], readyAt?: number): SessionView => ({
  sessionId: 's',
  slug: 'x',
  revision: 0,
  phase: 'booting',
  sandbox: 'booting',
  plannedAt: at(1_000),
  ...(readyAt === undefined ? {} : { readyAt: at(readyAt) }),
  missing: [],
  model: 'haiku',
  models: [],
  spending: noSpending,
  checklist,
  services: [],
  env: { version: 0, names: [] },
  history: { at: '', root: '', commits: [], childOf: {}, checkpoints: [], givenUp: [] },
  queuedTurns: 0,
  appErrors: [],
  title: '',
});

describe('the waterfall', () => {
  it('puts parallel steps on one axis from plan to ready', () => {
    const { totalMs, bars } = waterfall(
      view(
        [
          { step: 'vm_boot', status: 'done', attempt: 1, startedAt: at(1_000), endedAt: at(1_500) },
          { step: 'neon', status: 'done', attempt: 1, startedAt: at(1_250), endedAt: at(2_000) },
        ],
        2_000,
      ),
      9_999,
    );
    expect(totalMs).toBe(1_000);
    expect(bars.map(({ from, width, ms }) => [from, width, ms])).toEqual([
      [0, 0.5, 500],
      [0.25, 0.75, 750],
    ]);
  });

  it('lets a running step grow to now, and draws none that waits', () => {
    const { bars } = waterfall(
      view([
        { step: 'vm_boot', status: 'running', attempt: 1, startedAt: at(1_500) },
        { step: 'env_write', status: 'waiting', attempt: 0 },
      ]),
      2_000,
    );
    expect(bars[0]).toMatchObject({ from: 0.5, width: 0.5, ms: 500 });
    expect(bars[1]?.from).toBeUndefined();
  });

  it('keeps a retry long after the boot off the axis', () => {
    const late: ChecklistStep = {
      step: 'resend',
      status: 'done',
      attempt: 6,
      startedAt: at(60_000),
      endedAt: at(61_000),
    };
    expect(waterfall(view([late], 2_000), 99_000).bars[0]).toEqual({ step: late, ms: 1_000 });
  });

  it('names what runs before what failed, and what failed before what waits', () => {
    const waiting: ChecklistStep = { step: 'vm_boot', status: 'waiting', attempt: 0 };
    const parked: ChecklistStep = { step: 'resend', status: 'parked', attempt: 5 };
    const running: ChecklistStep = { step: 'neon', status: 'running', attempt: 1 };
    expect(currentStep(view([waiting, parked, running]))).toBe(running);
    expect(currentStep(view([waiting, parked]))).toBe(parked);
    expect(currentStep(view([waiting]))).toBe(waiting);
  });
});

describe('why a boot does not go on', () => {
  const error = { code: 'disk_full', message: 'The disk is full.', retryable: true };
  it.each(['failed', 'parked'] as const)('is said of a step of the sandbox that is %s', (status) => {
    expect(troubleOf(view([{ step: 'vm_boot', status, attempt: 1, error }]))).toBe('The disk is full.');
  });

  it('is not said of a service, nor of a step that is tried again at this moment', () => {
    const running: ChecklistStep = { step: 'vm_boot', status: 'running', attempt: 2 };
    const missing: ChecklistStep = { step: 'neon', status: 'failed', attempt: 1, error };
    expect(troubleOf(view([running, missing]))).toBeUndefined();
  });
});
