import { useEffect, useMemo } from 'react';
import { Link } from '../../routing/link.tsx';
import { replaceQuery, useQuery } from '../../routing/router.ts';
import { EventsView, type Looking } from '../../session/events/events-view.tsx';
import { filterFrom, withFilter } from '../../session/events/filter.ts';
import { clock } from '../../ui/time.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { auditOf } from '../api.ts';
import { OperatorPage } from '../page.tsx';

const revisionIn = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

/** The address says all of what is looked at, so that it can be handed on. */
const lookingAt = (query: URLSearchParams): Looking => {
  const [at, event] = [revisionIn(query, 'at'), revisionIn(query, 'event')];
  return {
    filter: filterFrom(query),
    ...(at === undefined ? {} : { at }),
    ...(event === undefined ? {} : { event }),
  };
};

const look = ({ filter, at, event }: Looking): void => {
  const query = withFilter(new URLSearchParams(location.search), filter);
  for (const [name, value] of Object.entries({ at, event })) {
    if (value === undefined) query.delete(name);
    else query.set(name, String(value));
  }
  replaceQuery(query);
};

/** One session's whole history, for whoever runs the server. */
export const HistoryScreen = ({
  sessionId,
  onSignedOut,
}: {
  readonly sessionId: string;
  readonly onSignedOut: () => void;
}) => {
  const query = useQuery();
  const looking = useMemo(() => lookingAt(new URLSearchParams(query)), [query]);
  const source = useMemo(() => auditOf(sessionId), [sessionId]);
  const transcript = useLoaded(source.transcript, sessionId);
  const turns = (transcript.value?.turns ?? []).map(({ turnId, submittedAt, status }, index) => ({
    turnId,
    name: `Turn ${index + 1}, ${clock(submittedAt)}, ${status}`,
  }));
  useEffect(() => {
    document.title = `${sessionId} · Audit · mk0r`;
  }, [sessionId]);
  return (
    <OperatorPage current="/audit" fixed onSignedOut={onSignedOut}>
      <main className="min-h-0 flex-1 bg-surface">
        <EventsView
          source={source}
          name={`session-${sessionId}`}
          title={
            <>
              <h1 className="flex flex-wrap items-baseline gap-x-2 text-lg font-semibold tracking-tight">
                <Link href="/audit" className="text-ink-3 underline-offset-2 hover:underline">
                  Audit
                </Link>
                <span aria-hidden="true" className="font-normal text-ink-3">
                  /
                </span>
                <span className="font-mono text-body wrap-anywhere">{sessionId}</span>
              </h1>
              <h2 className="sr-only">Events</h2>
            </>
          }
          looking={looking}
          onLooking={look}
          turns={turns}
          onTurnsWanted={transcript.reload}
        />
      </main>
    </OperatorPage>
  );
};
