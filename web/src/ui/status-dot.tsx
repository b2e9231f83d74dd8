import { cx } from './cx.ts';

export type Tone = 'alive' | 'wait' | 'bad' | 'off';

const TONES: Readonly<Record<Tone, string>> = {
  alive: 'bg-alive',
  wait: 'bg-wait animate-breathe',
  bad: 'bg-bad',
  off: 'border border-control',
};

/** Never the only sign of a state: a word always stands beside it. */
export const StatusDot = ({ tone, className }: { readonly tone: Tone; readonly className?: string }) => (
  <span
    aria-hidden="true"
    className={cx('inline-block size-1.5 shrink-0 rounded-full', TONES[tone], className)}
  />
);
