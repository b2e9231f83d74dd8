import type { Summary } from '../../../shared/activity.ts';

/** What happened last, newest first. */
export function EventList({ events }: { events: Summary['latest'] }) {
  return (
    <section className="card grid content-start gap-3" aria-labelledby="latest">
      <h2 id="latest" className="font-medium text-sm">
        Latest
      </h2>
      <ol className="grid gap-2 text-sm">
        {events.map(({ id, name, properties, createdAt }) => (
          <li key={id} className="flex items-baseline justify-between gap-3">
            <span className="min-w-0 truncate">
              {name} <span className="text-muted">{Object.values(properties).join(', ')}</span>
            </span>
            <time dateTime={createdAt} className="shrink-0 text-muted text-xs tabular-nums">
              {new Date(createdAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
