import type { OpsState, OpsView } from '../../../../projections/views.ts';
import { Link } from '../../routing/link.tsx';
import { cx } from '../../ui/cx.ts';
import { Card, Figure } from '../card.tsx';
import { count } from './numbers.ts';

/** In the order of a session's life, with what each state means. */
export const STATES: readonly (readonly [state: OpsState, name: string, colour: string])[] = [
  ['quick', 'Quick page', 'bg-alive'],
  ['booting', 'Booting', 'bg-wait'],
  ['awake', 'Awake', 'bg-alive'],
  ['asleep', 'Asleep', 'bg-control'],
  ['waking', 'Waking', 'bg-wait'],
  ['lost', 'Lost', 'bg-bad'],
  ['closing', 'Closing', 'bg-control'],
  ['closed', 'Closed', 'bg-control'],
  ['forgotten', 'Forgotten', 'bg-line-strong'],
];

/** Where every session is; each line leads to the sessions it counts. */
export const SessionsCard = ({ ops, className }: { readonly ops: OpsView; readonly className?: string }) => {
  const { byState, claimed, unclaimed } = ops.sessions;
  const most = Math.max(1, ...Object.values(byState));
  return (
    <Card title="Sessions" className={className ?? ''}>
      <ul className="mb-3 text-small">
        {STATES.map(([state, name, colour]) => (
          <li key={state}>
            <Link
              href={`/audit?state=${state}`}
              className="-mx-2 grid h-7 grid-cols-[5.5rem_1fr_3rem] items-center gap-3 rounded-lg px-2 hover:bg-sunken"
            >
              <span className={byState[state] === 0 ? 'text-ink-3' : 'text-ink'}>{name}</span>
              <span aria-hidden="true" className="h-1.5 rounded-full bg-sunken">
                <span
                  className={cx('block h-full rounded-full', colour)}
                  style={{ width: `${(byState[state] / most) * 100}%` }}
                />
              </span>
              <span className="text-right tabular">{count(byState[state])}</span>
            </Link>
          </li>
        ))}
      </ul>
      <dl className="mt-auto grid grid-cols-2 gap-x-6 border-t border-line pt-3">
        <Figure name="Claimed">{count(claimed)}</Figure>
        <Figure name="In the pool">{count(unclaimed)}</Figure>
      </dl>
    </Card>
  );
};
