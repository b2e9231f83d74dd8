import type { OpsView } from '../../../../projections/views.ts';
import { duration } from '../../ui/time.ts';
import { Card, Figure } from '../card.tsx';
import { count, share } from './numbers.ts';

const took = (ms: number | undefined): string => (ms === undefined ? '–' : duration(ms));

/** What visitors met: how many were given a session that stood ready, and how their turns went. */
export const ClaimsCard = ({ ops, className }: { readonly ops: OpsView; readonly className?: string }) => {
  const { claims, turns, sandboxes } = ops;
  const { recent } = claims;
  const asked = recent.pool + recent.cold;
  return (
    <Card title="Claims" className={className ?? ''}>
      <p className="flex items-baseline gap-2">
        <span className="text-3xl font-semibold tracking-tight tabular">{share(recent.pool, asked)}</span>
        <span className="text-ink-2">from the pool</span>
      </p>
      <p className="mt-1 mb-3 text-small text-ink-3">
        {asked === 0
          ? 'Nobody has started an app yet.'
          : `of the last ${asked === 1 ? 'claim' : `${asked} claims`}. In all: ${count(claims.pool)} from the pool, ${count(claims.cold)} cold.`}
      </p>
      <dl className="mt-auto grid grid-cols-3 gap-x-4 gap-y-2 border-t border-line pt-3">
        <Figure name="Turns done">{count(turns.finished)}</Figure>
        <Figure name="Running">{count(turns.running)}</Figure>
        <Figure name="Queued">{count(turns.queued)}</Figure>
        <Figure name="Failed">{count(turns.failed)}</Figure>
        <Figure name="Stopped">{count(turns.cancelled)}</Figure>
        <Figure name="Half take">{took(turns.took.p50)}</Figure>
        <Figure name="Slept">{count(sandboxes.slept)}</Figure>
        <Figure name="Woken">{count(sandboxes.woken)}</Figure>
        <Figure name="Lost">{count(sandboxes.lost)}</Figure>
      </dl>
    </Card>
  );
};
