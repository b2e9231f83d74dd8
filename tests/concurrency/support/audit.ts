import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { verifySeals } from '../../../commands/seal.ts';
import { SERVICES } from '../../../domain/services.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import { evolve } from '../../../domain/session/evolve.ts';
import { isGivenUp, noSession, type SessionState, stepOf } from '../../../domain/session/state.ts';
import { held, type Outside } from '../../support/ledger/outside.ts';

export type Audit = {
  readonly sessions: number;
  /** Sessions that were given to more than one visitor, or to one of them more than once. */
  readonly doubleClaims: number;
  /** Pool entries that serve nobody, wait for nobody, and are not being ended either. */
  readonly lostEntries: number;
  /** Fewest and most resources that any open session has of any kind, but for legs that were given up on aloud. */
  readonly livePerLeg: readonly [number, number];
  /** What is held outside, and no open session is the owner of. */
  readonly ownerless: number;
  readonly brokenSeals: number;
  /** Attempts of a step after its first. */
  readonly repeatedAttempts: number;
  /** Why attempts had failed, and how many of each. */
  readonly failures: Readonly<Record<string, number>>;
};

const STEP_OF = {
  sandbox: 'vm_boot',
  posthog: 'posthog',
  neon: 'neon',
  resend: 'resend',
  github: 'github',
} as const;
const KINDS = ['sandbox', ...SERVICES] as const;

const sessionsIn = (log: readonly StoredEvent[]): ReadonlyMap<string, readonly StoredEvent[]> => {
  const streams = new Map<string, StoredEvent[]>();
  for (const event of log.filter(({ stream }) => stream.startsWith('session-'))) {
    const known = streams.get(event.stream);
    if (known === undefined) streams.set(event.stream, [event]);
    else known.push(event);
  }
  return streams;
};

const stateOf = (events: readonly StoredEvent[]): SessionState =>
  events.reduce(
    (state, event) => evolve(state, event as unknown as SessionEvent, event.metadata.at),
    noSession,
  );

/** What a log, and the world outside at rest, say about how several servers have got on with each other. */
export const audit = (log: readonly StoredEvent[], outside: Outside): Audit => {
  const streams = sessionsIn(log);
  const states = [...streams.values()].map(stateOf);
  const opened = states.filter(({ status }) => status === 'open');
  const open = new Set(opened.map(({ slug }) => slug));
  const counts = new Map<string, number>();
  let ownerless = 0;
  for (const [kind, slugs] of Object.entries(held(outside))) {
    for (const slug of slugs) {
      if (open.has(slug)) counts.set(`${kind} ${slug}`, (counts.get(`${kind} ${slug}`) ?? 0) + 1);
      else ownerless += 1;
    }
  }
  for (const { service, slug } of outside.doubles)
    counts.set(`${service} ${slug}`, (counts.get(`${service} ${slug}`) ?? 0) + 1);
  const live = opened.flatMap((state) =>
    KINDS.filter((kind) => !isGivenUp(stepOf(state, STEP_OF[kind]))).map(
      (kind) => counts.get(`${kind} ${state.slug}`) ?? 0,
    ),
  );
  const claims = [...streams.values()].map(
    (events) => events.filter(({ type }) => type === 'SandboxClaimed').length,
  );
  const planned = log
    .filter(({ type }) => type === 'PrewarmPlanned')
    .map(({ data }) => (data as { readonly sessionId: string }).sessionId);
  return {
    sessions: streams.size,
    doubleClaims: claims.filter((count) => count > 1).length,
    lostEntries: planned.filter((sessionId) => isLost(stateOf(streams.get(`session-${sessionId}`) ?? [])))
      .length,
    livePerLeg: [live.reduce((a, b) => Math.min(a, b), 1), live.reduce((a, b) => Math.max(a, b), 1)],
    ownerless,
    brokenSeals: [...streams.values()].filter((events) => verifySeals(events).firstBad !== undefined).length,
    repeatedAttempts: log.filter(
      ({ type, data }) =>
        type === 'StepStarted' && ((data as { readonly attempt?: number } | null)?.attempt ?? 1) > 1,
    ).length,
    failures: failuresIn(log),
  };
};

const failuresIn = (log: readonly StoredEvent[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { type, data } of log) {
    if (type !== 'StepFailed' && type !== 'StepParked') continue;
    const { step, error } = data as { readonly step: string; readonly error: { readonly code: string } };
    const what = `${step} ${error.code}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
};

const isLost = ({ status, claim, readyAt }: SessionState): boolean =>
  status === 'absent' || (status === 'open' && claim === undefined && readyAt === undefined);
