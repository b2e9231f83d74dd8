import { memo } from 'react';
import type { PublicEvent } from '../../../../projections/live.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { clock } from '../../ui/time.ts';

const who = (actor: PublicEvent['actor']): string =>
  actor === 'operator'
    ? 'operator'
    : actor.startsWith('visitor:')
      ? 'visitor'
      : actor.replace('process-manager:', '');

const GIST = ['step', 'service', 'title', 'text', 'prompt', 'reason'] as const;

/** What an event was about, where its type alone does not say. */
const gist = (data: unknown): string => {
  const fields: Readonly<Record<string, unknown>> =
    typeof data === 'object' && data !== null ? { ...data } : {};
  const said = GIST.map((name) => fields[name]).find((value) => typeof value === 'string');
  return typeof said === 'string' ? said : '';
};

/** One recorded fact. Opens to its payload and to what caused it. */
export const EventRow = memo(({ event }: { readonly event: PublicEvent }) => (
  <li className="[contain-intrinsic-size:auto_2rem] [content-visibility:auto]">
    <details>
      <summary className="grid h-8 grid-cols-[2.25rem_1fr_auto] sm:grid-cols-[3rem_1fr_auto_5.5rem] items-center gap-3 px-5 text-small hover:bg-sunken focus-visible:-outline-offset-2">
        <span className="text-right font-mono text-[0.75rem] text-ink-3 tabular">{event.pos}</span>
        <span className="truncate">
          <span className="font-medium">{event.type}</span>{' '}
          <span className="text-ink-3">{gist(event.data)}</span>
        </span>
        <span className="text-ink-2 max-sm:hidden">{who(event.actor)}</span>
        <time dateTime={event.at} className="text-right text-ink-3 tabular">
          {clock(event.at)}
        </time>
      </summary>
      <div className="border-y border-line bg-canvas px-5 py-3">
        <dl className="mb-2 grid grid-cols-[auto_1fr] gap-x-4 text-small">
          <dt className="text-ink-3">id</dt>
          <dd className="font-mono text-[0.75rem] wrap-anywhere">{event.id}</dd>
          <dt className="text-ink-3">caused by</dt>
          <dd className="font-mono text-[0.75rem] wrap-anywhere">{event.causationId}</dd>
          <dt className="text-ink-3">actor</dt>
          <dd className="font-mono text-[0.75rem] wrap-anywhere">{event.actor}</dd>
        </dl>
        <Scroll
          label="Payload"
          className="max-h-96 font-mono text-[0.75rem] leading-5 whitespace-pre-wrap wrap-anywhere text-ink-2"
        >
          {JSON.stringify(event.data, null, 2)}
        </Scroll>
      </div>
    </details>
  </li>
));
EventRow.displayName = 'EventRow';
