import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AuditEvent } from '../../../../projections/views.ts';
import { cx } from '../../ui/cx.ts';
import { clock } from '../../ui/time.ts';
import { actorName } from './words.ts';

type Props = {
  readonly event: AuditEvent;
  readonly open: boolean;
  /** Exactly one row of the list can be reached by Tab; arrows move from there. */
  readonly reachable: boolean;
  /** `after`: it had not happened yet at the moment that is looked at; `at`: it is that moment. */
  readonly moment?: 'at' | 'after' | undefined;
  readonly onToggle: () => void;
  /** What is to be seen while it is open. */
  readonly children: ReactNode;
};

const FAILURES = new Set(['StepFailed', 'StepParked', 'TurnFailed', 'SandboxLost', 'ResourceMissing']);

/** One recorded fact on a line of its own; opens to all there is to know about it. */
export const EventRow = ({ event, open, reachable, moment, onToggle, children }: Props) => {
  const { pos, type, summary, actor, at } = event;
  return (
    <div className={cx('border-b border-line', open && 'bg-canvas')}>
      <button
        type="button"
        data-pos={pos}
        tabIndex={reachable ? 0 : -1}
        aria-expanded={open}
        aria-current={moment === 'at' ? 'step' : undefined}
        onClick={onToggle}
        className={cx(
          moment === 'at' ? 'bg-alive-soft' : 'hover:bg-sunken',
          'grid h-8 w-full grid-cols-[2.75rem_minmax(0,1fr)_auto] items-center gap-3 pr-4 pl-2 text-left text-small focus-visible:-outline-offset-2 @xl:grid-cols-[3.25rem_minmax(0,1fr)_5.5rem_4.25rem]',
        )}
      >
        <span className="flex items-center justify-between gap-1 font-mono text-[0.75rem] text-ink-3 tabular">
          <ChevronRight
            aria-hidden="true"
            className={cx('size-3 shrink-0 transition-transform', open && 'rotate-90')}
          />
          {pos}
        </span>
        <span className={cx('truncate', moment === 'after' && 'text-ink-3')}>
          <span className={cx('font-medium', FAILURES.has(type) && 'text-bad')}>{type}</span>{' '}
          <span className="text-ink-3">{summary}</span>
        </span>
        <span className="truncate text-ink-2 @max-xl:hidden">{actorName(actor)}</span>
        <time dateTime={at} className="text-right text-ink-3 tabular">
          {clock(at)}
        </time>
      </button>
      {children}
    </div>
  );
};
