import type { ReactNode } from 'react';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { ServiceView } from '../../../../projections/views.ts';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { STEP_NAMES, waterfall } from '../boot/steps.ts';
import { WaterfallList } from '../boot/waterfall.tsx';
import type { PastSession } from './source.ts';

const SERVICE_STATES: Readonly<Record<ServiceView['status'], readonly [Tone, string]>> = {
  waiting: ['off', 'waiting'],
  running: ['wait', 'being set up'],
  done: ['alive', 'ready'],
  failed: ['bad', 'failed, trying again'],
  parked: ['bad', 'given up'],
  skipped: ['off', 'not configured'],
};

const TURN_STATES: Readonly<Record<TranscriptTurn['status'], readonly [Tone, string]>> = {
  queued: ['off', 'queued'],
  running: ['wait', 'running'],
  cancelling: ['wait', 'stopping'],
  finished: ['alive', 'finished'],
  failed: ['bad', 'failed'],
  cancelled: ['off', 'stopped'],
};

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section>
    <h4 className="mb-1 text-small font-medium">{title}</h4>
    {children}
  </section>
);

const State = ({ tone, word }: { readonly tone: Tone; readonly word: string }) => (
  <span className="flex shrink-0 items-center gap-2 text-ink-2">
    <StatusDot tone={tone} />
    {word}
  </span>
);

/** A session as one of its events left it: boot, services, turns, and the names in its env file. */
export const PastView = ({ past: { view, transcript, event } }: { readonly past: PastSession }) => {
  const moment = Date.parse(event?.at ?? view.readyAt ?? view.plannedAt);
  const services = view.services.filter(({ status }) => status !== 'waiting');
  return (
    <div className="space-y-4 text-small">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4">
        <dt className="text-ink-3">session</dt>
        <dd>{view.phase}</dd>
        <dt className="text-ink-3">sandbox</dt>
        <dd>{view.sandbox}</dd>
        <dt className="text-ink-3">claimed</dt>
        <dd>
          {view.claimedAt === undefined ? 'not yet' : view.source === 'pool' ? 'from the pool' : 'cold start'}
        </dd>
        <dt className="text-ink-3">code</dt>
        <dd className="font-mono text-[0.75rem] leading-5">
          {view.history.at === '' ? 'none yet' : view.history.at.slice(0, 7)}
        </dd>
      </dl>
      <Part title="Boot">
        <WaterfallList waterfall={waterfall(view, moment)} />
      </Part>
      <Part title="Services">
        {services.length === 0 ? <p className="text-ink-3">None has been asked for yet.</p> : null}
        <ul>
          {services.map(({ service, status }) => {
            const [tone, word] = SERVICE_STATES[status];
            return (
              <li key={service} className="flex justify-between gap-3">
                <span>{STEP_NAMES[service]}</span>
                <State tone={tone} word={word} />
              </li>
            );
          })}
        </ul>
      </Part>
      <Part title={view.env.version === 0 ? 'Environment' : `Environment, version ${view.env.version}`}>
        {view.env.names.length === 0 ? (
          <p className="text-ink-3">/app/.env has not been written yet.</p>
        ) : (
          <p className="font-mono text-[0.75rem] leading-5 wrap-anywhere text-ink-2">
            {view.env.names.join(' ')}
          </p>
        )}
      </Part>
      <Part title="Turns">
        {transcript.turns.length === 0 ? (
          <p className="text-ink-3">Nobody has asked for anything yet.</p>
        ) : null}
        <ol className="space-y-0.5">
          {transcript.turns.map(({ turnId, prompt, status, items, commit }) => {
            const [tone, word] = TURN_STATES[status];
            return (
              <li key={turnId} className="flex justify-between gap-3">
                <span className="min-w-0 truncate">
                  {prompt}
                  <span className="text-ink-3">
                    {' '}
                    · {items.length} {items.length === 1 ? 'item' : 'items'}
                    {commit === undefined ? '' : ` · ${commit.sha.slice(0, 7)}`}
                  </span>
                </span>
                <State tone={tone} word={word} />
              </li>
            );
          })}
        </ol>
      </Part>
    </div>
  );
};
