import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../../../../domain/testing/reach.ts';
import { addDays, lastSevenDays, localDay, streaks } from './files/shared/streaks.ts';

describe('streaks', () => {
  const today = '2026-03-01';

  it('are zero before the first check-in', () => {
    expect(streaks([], today)).toEqual({ current: 0, best: 0 });
  });

  it('count today', () => {
    expect(streaks([today], today)).toEqual({ current: 1, best: 1 });
  });

  it('go on while today is still open', () => {
    expect(streaks(['2026-02-27', '2026-02-28'], today)).toEqual({ current: 2, best: 2 });
  });

  it('end with a missed day, and the best one is kept', () => {
    expect(streaks(['2026-02-24', '2026-02-25', '2026-02-26'], today)).toEqual({ current: 0, best: 3 });
  });

  it('start anew after a gap', () => {
    expect(streaks(['2026-02-25', '2026-02-26', '2026-02-28', today], today)).toEqual({
      current: 2,
      best: 2,
    });
  });

  it('cross the ends of months, years and Februaries', () => {
    expect(streaks(['2026-02-28', '2026-03-01'], '2026-03-01').current).toBe(2);
    expect(streaks(['2028-02-28', '2028-02-29', '2028-03-01'], '2028-03-01').current).toBe(3);
    expect(streaks(['2028-02-28', '2028-03-01'], '2028-03-01').current).toBe(1);
    expect(streaks(['2026-12-31', '2027-01-01'], '2027-01-01').current).toBe(2);
  });

  it('do not depend on order or repetition', () => {
    expect(streaks(['2026-03-01', '2026-02-27', '2026-02-28', '2026-02-28'], today)).toEqual({
      current: 3,
      best: 3,
    });
  });

  it('ignore a day ahead of the visitor, left by a journey over the date line, in the current streak', () => {
    expect(streaks(['2026-02-28', '2026-03-01', '2026-03-02'], today).current).toBe(2);
  });

  it('agree with walking the calendar day by day', () => {
    const offsets = fc.uniqueArray(fc.integer({ min: -60, max: 0 }), { maxLength: 60 });
    fc.assert(
      fc.property(offsets, (checked) => {
        const days = checked.map((offset) => addDays(today, offset));
        let run = 0;
        let best = 0;
        for (let offset = -60; offset <= 0; offset += 1) {
          const open = offset === 0 && !checked.includes(0);
          run = checked.includes(offset) ? run + 1 : open ? run : 0;
          best = Math.max(best, run);
        }
        expect(streaks(days, today)).toEqual({ current: run, best });
      }),
      { seed: SEED },
    );
  });
});

describe('a day', () => {
  it('is the local one, whatever the hour', () => {
    expect(localDay(new Date(2026, 0, 5, 0, 1))).toBe('2026-01-05');
    expect(localDay(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });

  it('ends a strip of seven', () => {
    expect(lastSevenDays('2026-03-02')).toEqual([
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
  });
});
