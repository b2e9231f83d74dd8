import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { AuditEvent } from '../../../../projections/views.ts';
import { Button } from '../../ui/button.tsx';
import { EventRow } from './event-row.tsx';
import type { OpenRows } from './use-rows.ts';

const ROW_PX = 33;
/** Rows from either end at which more is read. */
const NEAR = 20;
const AT_END_PX = 40;
const NEVER_AT_END = -1;
/** How far down the list a row may be when it opens, and where it is put otherwise; both as parts of its height. */
const LOWEST_OPEN = 0.5;
const PLACE_OPEN = 0.2;

const JUMPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 15,
  PageUp: -15,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

type Props = {
  readonly opened: OpenRows;
  /** Revision of the row that shows its details. */
  readonly open: number | undefined;
  readonly onOpen: (revision: number | undefined) => void;
  /** Revision the session is looked at, where that is not the present. */
  readonly at: number | undefined;
  readonly details: (event: AuditEvent) => ReactNode;
  readonly empty: ReactNode;
};

/**
 * The events, oldest first, growing at the end: whoever reads at the end stays there, whoever reads elsewhere is not
 * moved. Only what is on view is in the page, however long the log.
 */
export const EventList = ({ opened, open, onOpen, at, details, empty }: Props) => {
  const { rows, store, around, openAt } = opened;
  const { events } = rows;
  const scroller = useRef<HTMLElement>(null);
  const [focused, setFocused] = useState<number>();
  const wanted = useRef<number>(undefined);
  const indexOf = (revision: number | undefined): number =>
    revision === undefined ? -1 : events.findIndex(({ pos }) => pos >= revision);

  // Who reads on page after page has to find the next one below, not be taken to its end.
  const following = useRef<unknown>(undefined);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => events[index]?.pos ?? index,
    anchorTo: 'end',
    followOnAppend: following.current === store,
    // What has been opened to be read is not pushed out of view by what grows below it.
    scrollEndThreshold: open === undefined ? AT_END_PX : NEVER_AT_END,
    overscan: 12,
    // The row that has the focus stays in the page, or the focus would be lost by scrolling.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan);
      const range = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
      const kept = indexOf(focused);
      if (kept < 0 || (kept >= from && kept <= to)) return range;
      return [...range, kept].sort((a, b) => a - b);
    },
  });

  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => {
    if (first < NEAR) store.older();
    if (last >= events.length - NEAR && rows.newer <= rows.head) store.newer();
  }, [first, last, events.length, rows, store]);

  useEffect(() => {
    if (rows.newer > rows.head) following.current = store;
  }, [rows, store]);

  // A log that has just been opened is shown where it was asked for.
  const placed = useRef<unknown>(undefined);
  useLayoutEffect(() => {
    if (placed.current === store || events.length === 0) return;
    placed.current = store;
    const index = around === undefined ? -1 : events.findIndex(({ pos }) => pos >= around);
    if (index < 0) virtual.scrollToEnd();
    else virtual.scrollToIndex(index, { align: around === 0 ? 'start' : 'center' });
  }, [store, around, events, virtual]);

  // What a row opens to is below it: where there is no room, the row makes some.
  useEffect(() => {
    const [list, row] = [scroller.current, scroller.current?.querySelector(`[data-pos="${open}"]`)];
    if (list === null || row === null || row === undefined) return;
    const below = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
    if (below > list.clientHeight * LOWEST_OPEN) list.scrollTop += below - list.clientHeight * PLACE_OPEN;
  }, [open]);

  const focusRow = (index: number): void => {
    const revision = events[index]?.pos;
    if (revision === undefined) return;
    setFocused(revision);
    wanted.current = revision;
    virtual.scrollToIndex(index, { align: 'auto' });
  };
  // A row that was out of view can have the focus only once it has been drawn.
  useEffect(() => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-pos="${wanted.current}"]`);
    if (wanted.current === undefined || row === null || row === undefined) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const jump = JUMPS[event.key];
    const row = event.target instanceof HTMLElement ? event.target.dataset.pos : undefined;
    if (row === undefined) return;
    if (event.key === 'Escape') onOpen(undefined);
    if (jump === undefined) return;
    event.preventDefault();
    const from = indexOf(Number(row));
    focusRow(Math.min(events.length - 1, Math.max(0, from + jump)));
  };

  const reachable = indexOf(focused) >= 0 ? focused : events[Math.min(last, events.length - 1)]?.pos;
  const complete = rows.newer > rows.head;
  const away = events.length > 0 && !(complete && virtual.isAtEnd(AT_END_PX));

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        aria-label="Events"
        aria-busy={rows.state === 'loading'}
        onKeyDown={onKeyDown}
        className="h-full overflow-y-auto overscroll-contain border-t border-line [overflow-anchor:none]"
      >
        {events.length === 0 && rows.state === 'idle' ? empty : null}
        <ol className="relative" style={{ height: `${virtual.getTotalSize()}px` }}>
          {items.map((item) => {
            const event = events[item.index];
            if (event === undefined) return null;
            return (
              <li
                key={item.key}
                data-index={item.index}
                ref={virtual.measureElement}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <EventRow
                  event={event}
                  open={event.pos === open}
                  reachable={event.pos === reachable}
                  moment={
                    at === undefined
                      ? undefined
                      : event.pos === at
                        ? 'at'
                        : event.pos > at
                          ? 'after'
                          : undefined
                  }
                  onToggle={() => {
                    setFocused(event.pos);
                    onOpen(event.pos === open ? undefined : event.pos);
                  }}
                >
                  {event.pos === open ? details(event) : null}
                </EventRow>
              </li>
            );
          })}
        </ol>
      </section>
      {away ? (
        <Button
          small
          className="absolute right-4 bottom-3 shadow-raised"
          onClick={() => (complete ? virtual.scrollToEnd() : openAt(undefined))}
        >
          <ArrowDown aria-hidden="true" className="size-3.5" />
          Newest
        </Button>
      ) : null}
    </div>
  );
};
