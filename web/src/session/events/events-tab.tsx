import { useMemo, useState } from 'react';
import type { Sync } from '../../live/sync.ts';
import { request, requestBlob } from '../../server/client.ts';
import { EventsView, type Looking } from './events-view.tsx';
import { NO_FILTER } from './filter.ts';
import { historySource } from './source.ts';

/** The session's log as it is, live: everything else on this page is computed from it. */
export const EventsTab = ({ sync }: { readonly sync: Sync }) => {
  const [looking, setLooking] = useState<Looking>({ filter: NO_FILTER });
  const { session } = sync;
  const source = useMemo(
    () =>
      historySource(`/api/sessions/${encodeURIComponent(session)}`, {
        json: (path, signal) => request(path, signal === undefined ? {} : { signal }),
        blob: requestBlob,
      }),
    [session],
  );
  const turns = (sync.views?.transcript.turns ?? []).map(({ turnId, prompt }, index) => ({
    turnId,
    name: `${index + 1}. ${prompt.slice(0, 60)}`,
  }));
  return (
    <EventsView
      source={source}
      name={`session-${session}`}
      title={<h2 className="text-lg font-semibold tracking-tight">Events</h2>}
      looking={looking}
      onLooking={setLooking}
      turns={turns}
      head={sync.pos}
    />
  );
};
