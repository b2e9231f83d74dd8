import { ArrowUpToLine, Download, History, ShieldCheck } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Verification } from '../../../../projections/views.ts';
import { explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { save } from '../../ui/save.ts';
import { useVisiblePoll } from '../../ui/use-visible-poll.ts';
import { useCommand } from '../use-command.ts';
import { EventDetails } from './event-details.tsx';
import { EventList } from './event-list.tsx';
import { type EventFilter, isFiltering, NO_FILTER } from './filter.ts';
import { FilterBar, type TurnChoice } from './filter-bar.tsx';
import type { Rows } from './rows.ts';
import type { HistorySource } from './source.ts';
import { TimeTravel } from './time-travel.tsx';
import { useRows } from './use-rows.ts';

/** What of a history is looked at; on a page of its own it is the page's address. */
export type Looking = {
  readonly filter: EventFilter;
  /** Revision whose moment the session is shown at; absent for the present. */
  readonly at?: number;
  /** Revision of the event that is open. */
  readonly event?: number;
};

type Props = {
  readonly source: HistorySource;
  readonly name: string;
  readonly title: ReactNode;
  readonly looking: Looking;
  readonly onLooking: (looking: Looking) => void;
  readonly turns: readonly TurnChoice[];
  readonly onTurnsWanted?: () => void;
  /** Last revision, where something tells this page of new events; without it the log is asked now and then. */
  readonly head?: number;
};

const POLL_MS = 2_000;
const NEVER = (): void => undefined;

const verdict = ({ events, firstBad }: Verification): string =>
  firstBad === undefined
    ? `All ${events.toLocaleString('en')} events carry the seal of the one before them. Nothing was changed or removed.`
    : `Event ${firstBad.pos}${firstBad.type === undefined ? '' : ` (${firstBad.type})`} is the first that does not fit: ${firstBad.reason}`;

const counted = ({ events, head, older, newer }: Rows, filtering: boolean): string => {
  const all = `${(head + 1).toLocaleString('en')} ${head === 0 ? 'event' : 'events'}`;
  if (!filtering) return head < 0 ? 'Loading' : all;
  const found = events.length.toLocaleString('en');
  return older === undefined && newer > head ? `${found} of ${all}` : `${found} found so far, of ${all}`;
};

/** A session's history: filtered, followed, explained, checked, taken away, and looked at from any moment of it. */
export const EventsView = (props: Props) => {
  const { source, name, looking, onLooking, head } = props;
  const { filter, at, event } = looking;
  const opened = useRows(source, filter, event ?? at);
  const { rows, store, openAt } = opened;
  const [checked, setChecked] = useState<Verification>();
  const verify = useCommand(async () => setChecked(await source.verify()));
  const download = useCommand(async () => save(await source.download(filter), `${name}.ndjson`));

  useEffect(() => {
    if (head !== undefined) store.announce(head);
  }, [head, store]);
  useVisiblePoll(async () => {
    const { state, newer, head: last } = store.get();
    if (head === undefined && state !== 'failed' && newer > last) store.newer();
    if (state === 'failed') store.retry();
  }, POLL_MS);

  const change = (part: Partial<Record<'at' | 'event', number | undefined>>): void => {
    const next = { at, event, ...part };
    onLooking({
      filter,
      ...(next.at === undefined ? {} : { at: next.at }),
      ...(next.event === undefined ? {} : { event: next.event }),
    });
  };
  /** Opens an event wherever it is, also one the filter hides. */
  const goTo = useCallback(
    (revision: number): void => {
      const known = rows.events.some(({ pos }) => pos === revision);
      onLooking({ ...looking, filter: known ? filter : NO_FILTER, event: revision });
      openAt(revision);
    },
    [rows, looking, filter, onLooking, openAt],
  );

  const present = Math.max(rows.head, 0);
  const problem =
    verify.problem ?? download.problem ?? (rows.state === 'failed' ? explain(rows.problem) : undefined);
  return (
    <div className="@container flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
        <div className="min-w-0">
          {props.title}
          <p role="status" className="min-h-5 text-small text-ink-2 tabular">
            {counted(rows, isFiltering(filter))}
          </p>
        </div>
        <div className="flex flex-wrap gap-1.5">
          <Button
            small
            aria-pressed={at !== undefined}
            onClick={() => change({ at: at === undefined ? present : undefined })}
          >
            <History aria-hidden="true" className="size-3.5" />
            Time travel
          </Button>
          <Button small disabled={verify.busy} aria-busy={verify.busy} onClick={() => void verify.run()}>
            <ShieldCheck aria-hidden="true" className="size-3.5" />
            Verify
          </Button>
          <Button
            small
            disabled={download.busy}
            aria-busy={download.busy}
            onClick={() => void download.run()}
          >
            <Download aria-hidden="true" className="size-3.5" />
            Export
          </Button>
          <Button small onClick={() => openAt(0)}>
            <ArrowUpToLine aria-hidden="true" className="size-3.5" />
            First
          </Button>
        </div>
      </div>
      <div className="px-4 pb-2">
        <FilterBar
          filter={filter}
          turns={props.turns}
          onTurnsWanted={props.onTurnsWanted ?? NEVER}
          onFilter={(next) => onLooking({ ...looking, filter: next })}
        />
      </div>
      {checked === undefined ? null : (
        <p
          role="status"
          className={cx(
            'mx-4 mb-2 rounded-lg px-3 py-2 text-small',
            checked.firstBad === undefined ? 'bg-alive-soft' : 'bg-bad-soft',
          )}
        >
          {verdict(checked)}
        </p>
      )}
      {problem === undefined ? null : <Notice className="mx-4 mb-2">{problem}</Notice>}
      <div className="flex min-h-0 flex-1 flex-col-reverse @4xl:flex-row">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <EventList
            opened={opened}
            open={event}
            onOpen={(revision) => change({ event: revision })}
            at={at}
            details={(shown) => (
              <EventDetails
                event={shown}
                source={source}
                onGo={goTo}
                onPast={(revision) => change({ at: revision })}
              />
            )}
            empty={
              <p className="px-4 py-8 text-center text-small text-ink-2">
                {isFiltering(filter)
                  ? 'Nothing that happened fits this filter.'
                  : 'Nothing has happened yet.'}
              </p>
            }
          />
        </div>
        {at === undefined ? null : (
          <div className="max-h-[50%] shrink-0 overflow-y-auto border-t border-line px-4 py-2 @4xl:max-h-none @4xl:w-[23rem] @4xl:border-l">
            <TimeTravel
              source={source}
              at={at}
              head={present}
              onAt={(revision) => change({ at: revision })}
              onShow={goTo}
              onClose={() => change({ at: undefined })}
            />
          </div>
        )}
      </div>
    </div>
  );
};
