import { useEffect, useState } from 'react';

/** `240 ms`, `1.4 s`, `12 s`, `2 min 05 s`. */
export const duration = (ms: number): string => {
  if (ms < 0 || !Number.isFinite(ms)) return '0 ms';
  if (ms < 950) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

/** `3 s`, `2 min 05 s`: for a clock that ticks once a second. */
export const wholeSeconds = (ms: number): string =>
  ms < 60_000 ? `${Math.floor(ms / 1000)} s` : duration(ms);

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [30, 'day'],
  [12, 'month'],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** `just now`, `5 min. ago`, `yesterday`. */
export const ago = (at: string, now: number): string => {
  let amount = (Date.parse(at) - now) / 1000;
  if (Number.isNaN(amount)) return '';
  if (Math.abs(amount) < 45) return 'just now';
  for (const [size, unit] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return relative.format(Math.round(amount), 'year');
};

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
/** `14:03:21` in the reader's own time; empty for what is no time. */
export const clock = (at: string): string =>
  Number.isNaN(Date.parse(at)) ? '' : clockFormat.format(new Date(at));

/** The time, again every `everyMs` while `running`. */
export const useNow = (everyMs: number, running = true): number => {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const id = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(id);
  }, [everyMs, running]);
  return now;
};
