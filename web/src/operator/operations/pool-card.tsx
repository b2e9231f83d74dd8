import { Minus, Plus } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { PartState, PoolView } from '../../../../projections/views.ts';
import { Link } from '../../routing/link.tsx';
import { stepName } from '../../session/events/words.ts';
import { useCommand } from '../../session/use-command.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { operatorApi } from '../api.ts';
import { Card, Nothing } from '../card.tsx';
import { DrainDialog } from './drain-dialog.tsx';
import { consequence, MOST, type Slot, slots } from './pool-plan.ts';

const SLOTS: Readonly<Record<Slot['state'], string>> = {
  ready: 'bg-alive',
  booting: 'bg-wait animate-breathe',
  missing: 'border border-dashed border-control',
  surplus: 'bg-line-strong',
};

const PARTS = [
  ['sandbox', 'Sandbox'],
  ['neon', 'Postgres'],
  ['resend', 'Mail'],
  ['github', 'Repository'],
  ['posthog', 'Analytics'],
] as const;

const STATES: Readonly<Record<PartState, readonly [Tone, string]>> = {
  warm: ['alive', 'warm'],
  starting: ['wait', 'starting'],
  failed: ['bad', 'failed'],
  off: ['off', 'off'],
  on_demand: ['off', 'on demand'],
};

const Gauge = ({ pool }: { readonly pool: PoolView }) => {
  const ready = pool.entries.filter(({ state }) => state === 'ready').length;
  const booting = pool.entries.length - ready;
  return (
    <>
      <p className="flex items-baseline gap-2">
        <span className="text-3xl font-semibold tracking-tight tabular">{ready}</span>
        <span className="text-ink-2">
          of {pool.target} ready{booting === 0 ? '' : `, ${booting} booting`}
        </span>
      </p>
      <div aria-hidden="true" className="mt-2 flex h-4 gap-1">
        {slots(pool).map(({ number, state }) => (
          <span key={number} className={cx('h-full max-w-12 min-w-1 flex-1 rounded', SLOTS[state])} />
        ))}
      </div>
    </>
  );
};

const Target = ({ pool }: { readonly pool: PoolView }) => {
  const [wanted, setWanted] = useState(pool.target);
  const change = useCommand(() => operatorApi.setTarget(wanted));
  // Somebody else may set it: what is shown follows, unless it is being edited.
  useEffect(() => setWanted(pool.target), [pool.target]);
  const bounded = (value: number): number => Math.min(MOST, Math.max(0, Math.trunc(value) || 0));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void change.run();
  };
  return (
    <form onSubmit={submit} className="mt-4">
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor="pool-target" className="text-small font-medium">
          Target
        </label>
        <div className="flex items-center rounded-lg border border-line-strong">
          <IconButton label="One less" disabled={wanted <= 0} onClick={() => setWanted(bounded(wanted - 1))}>
            <Minus className="size-3.5" />
          </IconButton>
          <input
            id="pool-target"
            inputMode="numeric"
            pattern="[0-9]*"
            aria-describedby="pool-consequence"
            value={wanted}
            onChange={(event) => setWanted(bounded(Number(event.target.value)))}
            className="h-8 w-12 bg-transparent text-center text-small tabular"
          />
          <IconButton
            label="One more"
            disabled={wanted >= MOST}
            onClick={() => setWanted(bounded(wanted + 1))}
          >
            <Plus className="size-3.5" />
          </IconButton>
        </div>
        <Button
          type="submit"
          look="solid"
          small
          className="h-8"
          disabled={wanted === pool.target || change.busy}
        >
          Set target
        </Button>
      </div>
      <p id="pool-consequence" className="mt-2 min-h-7 text-small text-pretty text-ink-2">
        {wanted === pool.target
          ? 'A visitor is given one that stands ready; the next is then made.'
          : consequence(pool, wanted)}
      </p>
      {change.problem === undefined ? null : <Notice className="mt-2">{change.problem}</Notice>}
    </form>
  );
};

/** Which they are, the oldest first. */
const Entries = ({ pool }: { readonly pool: PoolView }) => {
  const now = useNow(10_000);
  if (pool.entries.length === 0) {
    return (
      <Nothing>
        {pool.target === 0
          ? 'Nothing is kept ready: every visitor waits for a cold start.'
          : 'The first is about to be made.'}
      </Nothing>
    );
  }
  return (
    <ul aria-label="Entries" className="max-h-32 divide-y divide-line overflow-y-auto text-small">
      {pool.entries.map(({ sessionId, state, plannedAt, missing }) => (
        <li key={sessionId} className="flex min-h-7 items-center justify-between gap-3">
          <Link
            href={`/audit/${sessionId}`}
            className="min-w-0 truncate font-mono text-[0.75rem] underline-offset-2 hover:underline"
          >
            {sessionId}
          </Link>
          <span className="shrink-0 text-ink-3">
            {missing.length === 0 ? '' : `without ${missing.map(stepName).join(', ')} · `}
            {state} · {ago(plannedAt, now)}
          </span>
        </li>
      ))}
    </ul>
  );
};

/** The sessions that stand ready for whoever comes next. */
export const PoolCard = ({ pool, className }: { readonly pool: PoolView; readonly className?: string }) => {
  const [draining, setDraining] = useState(false);
  return (
    <Card
      id="pool"
      title="Pool"
      className={className ?? ''}
      action={
        <Button small onClick={() => setDraining(true)}>
          Drain
        </Button>
      }
    >
      <Gauge pool={pool} />
      <Target pool={pool} />
      <Entries pool={pool} />
      <ul aria-label="Standing ready" className="mt-auto flex flex-wrap gap-x-4 gap-y-1 pt-3 text-small">
        {PARTS.map(([part, name]) => {
          const [tone, word] = STATES[pool.parts[part]];
          return (
            <li key={part} className="flex items-center gap-2">
              <StatusDot tone={tone} />
              <span className="text-ink-2">{name}</span>
              <span className={tone === 'bad' ? 'text-bad' : 'text-ink-3'}>{word}</span>
            </li>
          );
        })}
      </ul>
      {draining ? <DrainDialog pool={pool} onClose={() => setDraining(false)} /> : null}
    </Card>
  );
};
