import type { Summary } from '../../../shared/activity.ts';

/** How often each event happened, most first. */
export function EventShares({ perName }: { perName: Summary['perName'] }) {
  const most = Math.max(...perName.map(({ count }) => count), 1);
  return (
    <section className="card grid content-start gap-3" aria-labelledby="shares">
      <h2 id="shares" className="font-medium text-sm">
        By event
      </h2>
      {perName.length === 0 && (
        <p className="text-muted text-sm">Nothing yet. Use the app, and it appears.</p>
      )}
      <ul className="grid gap-2.5">
        {perName.map(({ name, count }) => (
          <li key={name} className="grid gap-1 text-sm">
            <span className="flex justify-between gap-3">
              <span className="truncate">{name}</span>
              <span className="tabular-nums">{count.toLocaleString()}</span>
            </span>
            <span className="h-1.5 rounded-full bg-line" aria-hidden="true">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${(count / most) * 100}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
