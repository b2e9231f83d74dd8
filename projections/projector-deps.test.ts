import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Overtaken } from './overtaken.ts';
import { persistently } from './projector-deps.ts';
import { unheard } from './testing/feed.ts';

describe('what other servers write as well', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** How long it is left alone after each of these attempts, in milliseconds. */
  const pauses = async (attempts: readonly (() => Promise<void>)[]): Promise<readonly number[]> => {
    const begun: number[] = [];
    const ended: number[] = [];
    const run = async (): Promise<void> => {
      begun.push(performance.now());
      try {
        await attempts[ended.length]?.();
      } finally {
        ended.push(performance.now());
      }
    };
    const done = persistently(run, { ...unheard, signal: new AbortController().signal }, 't_v1');
    await vi.runAllTimersAsync();
    await done;
    return begun.slice(1).map((at, index) => at - (ended[index] ?? 0));
  };

  const overtaken = async (): Promise<void> => {
    throw new Overtaken('t_v1');
  };
  const underWay = async (): Promise<void> => {
    throw new Overtaken('t_v1', { isUnderWay: true });
  };
  const failed = async (): Promise<void> => {
    throw new Error('the disk is full');
  };

  test('is come back to soon, as often as another one was faster', async () => {
    expect(await pauses(Array.from({ length: 8 }, () => overtaken))).toEqual(Array(8).fill(100));
    expect(await pauses([failed, overtaken])).toEqual([1_000, 100]);
  });

  test('is come back to ever later while another one is not done', async () => {
    expect(await pauses(Array.from({ length: 8 }, () => underWay))).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000,
    ]);
    expect(await pauses([underWay, underWay, overtaken, underWay])).toEqual([100, 200, 100, 100]);
  });

  test('is come back to soon where it was long ago that another one was not done', async () => {
    const later = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 61_000));
      await underWay();
    };
    expect(await pauses([underWay, underWay, later, underWay])).toEqual([100, 200, 100, 200]);
  });
});
