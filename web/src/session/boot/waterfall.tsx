import { Check, Circle, CircleDashed, Clock, X } from 'lucide-react';
import type { ChecklistStep } from '../../../../projections/views.ts';
import { cx } from '../../ui/cx.ts';
import { duration } from '../../ui/time.ts';
import { type Bar, STEP_NAMES, type Waterfall } from './steps.ts';

const SIGNS: Readonly<Record<ChecklistStep['status'], readonly [typeof Check, string, string]>> = {
  waiting: [Circle, 'text-line-strong', 'waiting'],
  running: [CircleDashed, 'text-wait animate-spin', 'running'],
  done: [Check, 'text-alive', 'done'],
  failed: [Clock, 'text-bad', 'failed, will try again'],
  parked: [X, 'text-bad', 'failed'],
  skipped: [Circle, 'text-ink-3', 'not needed'],
};

const COLOURS: Readonly<Record<ChecklistStep['status'], string>> = {
  waiting: '',
  running: 'bg-wait',
  done: 'bg-alive',
  failed: 'bg-bad',
  parked: 'bg-bad',
  skipped: '',
};

const Row = ({ bar }: { readonly bar: Bar }) => {
  const { step } = bar;
  const [Sign, colour, word] = SIGNS[step.status];
  return (
    <li className="grid h-6 grid-cols-[1rem_7.5rem_1fr_4rem] items-center gap-2.5">
      <Sign aria-hidden="true" className={cx('size-3.5', colour)} strokeWidth={2.25} />
      <span className={step.status === 'waiting' ? 'text-ink-3' : 'text-ink'}>{STEP_NAMES[step.step]}</span>
      <span aria-hidden="true" className="relative h-1 rounded-full bg-sunken">
        {bar.from === undefined || bar.width === undefined ? null : (
          <span
            className={cx('absolute inset-y-0 min-w-1 rounded-full', COLOURS[step.status])}
            style={{ left: `${Math.min(bar.from * 100, 98)}%`, width: `${bar.width * 100}%` }}
          />
        )}
      </span>
      <span className="text-right text-ink-3 tabular">
        <span className="sr-only">{word} </span>
        {bar.ms === undefined ? '' : duration(bar.ms)}
      </span>
    </li>
  );
};

/** The checklist and its times on one axis: what ran beside what, and what the wait was made of. */
export const WaterfallList = ({ waterfall }: { readonly waterfall: Waterfall }) => (
  <ol className="text-small">
    {waterfall.bars.map((bar) => (
      <Row key={bar.step.step} bar={bar} />
    ))}
  </ol>
);
