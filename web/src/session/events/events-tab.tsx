import { useState } from 'react';
import type { Sync } from '../../live/sync.ts';
import type { Verification } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { EventRow } from './event-row.tsx';
import { useEvents } from './use-events.ts';

const verdict = ({ events, firstBad }: Verification): string =>
  firstBad === undefined
    ? `All ${events} events carry the seal of the one before them. Nothing was changed or removed.`
    : `Event ${firstBad.pos} does not fit: ${firstBad.reason}`;

/** The session's log as it is: everything else on this page is computed from it. */
export const EventsTab = ({ sync }: { readonly sync: Sync }) => {
  const api = useSessionApi();
  const { events, problem, hasOlder, older } = useEvents(sync.pos);
  const [checked, setChecked] = useState<Verification>();
  const verify = useCommand(async () => setChecked(await api.verify()));
  return (
    <div>
      <div className="flex items-start justify-between gap-4 p-5 pb-3">
        <div>
          <h2 className="text-lg font-semibold tracking-tight">Events</h2>
          <p className="mt-0.5 text-small text-pretty text-ink-2">
            Everything that happened to this session, newest first. The rest of the page is computed from it.
          </p>
        </div>
        <Button disabled={verify.busy} aria-busy={verify.busy} onClick={() => void verify.run()}>
          Verify
        </Button>
      </div>
      {checked === undefined ? null : (
        <p
          role="status"
          className={
            checked.firstBad === undefined
              ? 'mx-5 mb-3 animate-arrive rounded-lg bg-alive-soft px-3 py-2 text-small'
              : 'mx-5 mb-3 animate-arrive rounded-lg bg-bad-soft px-3 py-2 text-small'
          }
        >
          {verdict(checked)}
        </p>
      )}
      {problem === undefined && verify.problem === undefined ? null : (
        <Notice className="mx-5 mb-3">{problem ?? verify.problem}</Notice>
      )}
      <ol reversed className="divide-y divide-line border-y border-line">
        {events.toReversed().map((event) => (
          <EventRow key={event.pos} event={event} />
        ))}
      </ol>
      {hasOlder ? (
        <Button className="m-5" onClick={() => void older()}>
          Show older events
        </Button>
      ) : null}
    </div>
  );
};
