import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { explain } from '../../server/problem.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { clock } from '../../ui/time.ts';
import { PastView } from './past-view.tsx';
import type { HistorySource, PastSession } from './source.ts';
import { usePast } from './use-past.ts';

const moment = (past: PastSession | undefined, at: number): string =>
  past?.event?.pos === at ? `${past.event.type}, ${clock(past.event.at)}` : '';

/** A slider over all that happened, and the session as it was there. */
export const TimeTravel = ({
  source,
  at,
  head,
  onAt,
  onShow,
  onClose,
}: {
  readonly source: HistorySource;
  readonly at: number;
  readonly head: number;
  readonly onAt: (revision: number) => void;
  /** Brings the event into view. */
  readonly onShow: (revision: number) => void;
  readonly onClose: () => void;
}) => {
  const past = usePast(source, at);
  const words = moment(past.value, at);
  return (
    <section aria-label="Time travel" className="flex min-h-0 flex-col">
      <div className="flex items-center justify-between gap-2">
        <h3 className="font-medium">
          As it was after event {at} <span className="font-normal text-ink-3">of {head}</span>
        </h3>
        <IconButton label="Back to the present" onClick={onClose}>
          <X className="size-4" />
        </IconButton>
      </div>
      <div className="flex items-center gap-1">
        <IconButton label="One event back" disabled={at <= 0} onClick={() => onAt(at - 1)}>
          <ChevronLeft className="size-4" />
        </IconButton>
        <input
          type="range"
          aria-label="Event"
          aria-valuetext={`Event ${at} of ${head}. ${words}`}
          min={0}
          max={Math.max(head, at)}
          step={1}
          value={at}
          onChange={(event) => onAt(Number(event.target.value))}
          className="h-8 min-w-0 flex-1 accent-alive"
        />
        <IconButton label="One event on" disabled={at >= head} onClick={() => onAt(at + 1)}>
          <ChevronRight className="size-4" />
        </IconButton>
      </div>
      <div className="flex min-h-8 items-center justify-between gap-2 text-small">
        <p className="min-w-0 truncate text-ink-2 tabular">{words}</p>
        <Button small look="quiet" onClick={() => onShow(at)}>
          Show the event
        </Button>
      </div>
      {past.error === undefined ? null : <Notice className="my-2">{explain(past.error)}</Notice>}
      <div
        aria-busy={past.loading}
        className={cx('mt-2 min-h-0 flex-1 transition-opacity', past.loading && 'opacity-70')}
      >
        {past.value === undefined ? (
          <p className="text-small text-ink-3">{past.loading ? 'Loading' : ''}</p>
        ) : (
          <PastView past={past.value} />
        )}
      </div>
    </section>
  );
};
