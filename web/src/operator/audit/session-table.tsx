import type { AuditSession, OpsState } from '../../../../projections/views.ts';
import { Link } from '../../routing/link.tsx';
import { cx } from '../../ui/cx.ts';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { ago, useNow } from '../../ui/time.ts';

const TONES: Readonly<Record<OpsState, Tone>> = {
  quick: 'alive',
  booting: 'wait',
  awake: 'alive',
  asleep: 'off',
  waking: 'wait',
  lost: 'bad',
  closing: 'off',
  closed: 'off',
  forgotten: 'off',
};

const Row = ({ session, now }: { readonly session: AuditSession; readonly now: number }) => {
  const { sessionId, slug, state, source, owner, plannedAt, lastActivityAt, revision, parked } = session;
  return (
    <tr className="[&>td]:py-2 [&>td]:pr-4">
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        <Link
          href={`/audit/${sessionId}`}
          className="font-mono text-[0.8125rem] font-medium underline-offset-2 hover:underline"
        >
          {slug}
        </Link>
      </th>
      <td className="whitespace-nowrap">
        <span className="flex items-center gap-2">
          <StatusDot tone={TONES[state]} />
          {state}
          {parked === 0 ? null : <span className="text-bad">{parked} parked</span>}
        </span>
      </td>
      <td className="text-ink-2 max-sm:hidden">
        {owner === undefined ? (
          <span className="text-ink-3">in the pool</span>
        ) : (
          <span className="font-mono text-[0.75rem]" title={owner}>
            {owner.slice(0, 10)}…
          </span>
        )}
        {source === undefined ? null : (
          <span className="text-ink-3"> {source === 'pool' ? 'from the pool' : 'cold start'}</span>
        )}
      </td>
      <td className="whitespace-nowrap text-ink-2 max-sm:hidden">{ago(plannedAt, now)}</td>
      <td className="whitespace-nowrap text-ink-2">{ago(lastActivityAt, now)}</td>
      <td className="!pr-0 text-right tabular">{(revision + 1).toLocaleString('en')}</td>
    </tr>
  );
};

const HEADS = [
  ['Session', ''],
  ['State', ''],
  ['Whose', 'max-sm:hidden'],
  ['Planned', 'max-sm:hidden'],
  ['Last used', ''],
  ['Events', 'text-right !pr-0'],
] as const;

/** Sessions as operators see them: what they are, never what was said in them. */
export const SessionTable = ({
  sessions,
  busy,
  empty,
}: {
  readonly sessions: readonly AuditSession[];
  readonly busy: boolean;
  readonly empty: string;
}) => {
  const now = useNow(30_000);
  if (sessions.length === 0 && !busy) {
    return (
      <p className="mt-4 rounded-xl border border-dashed border-line-strong px-4 py-10 text-center text-small text-ink-2">
        {empty}
      </p>
    );
  }
  return (
    <div className="mt-4 rounded-xl border border-line bg-surface px-4" aria-busy={busy}>
      <table className="w-full text-small">
        <thead>
          <tr className="border-b border-line text-left text-ink-3">
            {HEADS.map(([name, look]) => (
              <th key={name} scope="col" className={cx('py-2 pr-4 font-medium', look)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {sessions.map((session) => (
            <Row key={session.sessionId} session={session} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
};
