import type { Instant } from '../envelope.ts';
import { SERVICES, type ServiceName } from '../services.ts';
import { POOL_MAX_AGE_MS, poolAgeMs, pooledSince } from '../session/decide/claim.ts';
import { isRenewable, type Renewing, whyStale } from '../session/decide/renew.ts';
import { type SessionState, stepOf } from '../session/state.ts';
import type { SettledAs } from './events.ts';
import type { PoolState } from './pool.ts';

export type DuePool =
  /** The decision was recorded, the session not yet planned. */
  | { readonly kind: 'plan'; readonly sessionId: string }
  | { readonly kind: 'settle'; readonly sessionId: string; readonly outcome: SettledAs }
  | { readonly kind: 'discard'; readonly sessionId: string; readonly reason: string }
  /** Its sandbox is made anew, and its services stay. */
  | { readonly kind: 'renew'; readonly sessionId: string }
  /** The same, and it changes to the pool of this server's spec. */
  | { readonly kind: 'adopt'; readonly sessionId: string }
  /** A service that an outage has kept from it is tried again. */
  | { readonly kind: 'retry'; readonly sessionId: string; readonly service: ServiceName }
  | { readonly kind: 'top-up' };

/** Who keeps a pool: for which spec, and whether other servers may be doing so beside it. */
export type Keeper = { readonly specHash: string; readonly exclusive: boolean };

export type Keeping = Keeper &
  Renewing & {
    readonly defaultTarget: number;
    /** Whether this server holds the sandbox of a session, so that it can have another take its place. */
    readonly holds: (session: SessionState) => boolean;
  };

/**
 * `pool-keeper`: what the pool needs now. An entry that was claimed or closed no longer counts; one that is stale or of
 * another spec is made anew where it can be, and discarded otherwise, like one that was given up on and what is more than
 * wanted; what is missing is planned. Of one that lacks a service the service is asked for again: nobody else would, before
 * it is somebody's.
 */
export const duePool = (
  pool: PoolState,
  sessionOf: (sessionId: string) => SessionState | undefined,
  context: Keeping,
): readonly DuePool[] => {
  const due = dueEntries(pool, sessionOf, context);
  const is = (sessionId: string, ...kinds: readonly DuePool['kind'][]) =>
    due.some((action) => kinds.includes(action.kind) && idOf(action) === sessionId);
  const counted = pool.entries.filter((sessionId) => !is(sessionId, 'settle'));
  const target = pool.target ?? context.defaultTarget;
  // The youngest go first: they have cost least so far.
  const surplus = counted
    .filter((sessionId) => !is(sessionId, 'discard'))
    .slice(target)
    .filter((sessionId) => !is(sessionId, 'plan'));
  return [
    ...due.filter((action) => !surplus.includes(idOf(action) ?? '')),
    ...surplus.map(
      (sessionId) => ({ kind: 'discard', sessionId, reason: 'the pool was made smaller' }) as const,
    ),
    ...(counted.length < target ? ([{ kind: 'top-up' }] as const) : []),
  ];
};

/**
 * The same for a pool of another spec: nothing is planned for it, and where nobody else can be keeping it, all of it goes,
 * or is made anew for this server's own pool as far as that lacks something. Elsewhere a server of that spec may be keeping
 * it: two that emptied each other's pools would make and delete without end. How many it wants is for that server to say,
 * and what it leaves behind ends when it is too old for anybody.
 */
export const dueOtherPool = (
  pool: PoolState,
  sessionOf: (sessionId: string) => SessionState | undefined,
  context: Keeping & { readonly own: PoolState },
): readonly DuePool[] => {
  const { own, specHash, defaultTarget } = context;
  const isOwn = (sessionId: string): boolean => own.entries.includes(sessionId);
  const moved = pool.entries.filter((id) => isOwn(id) && sessionOf(id)?.specHash === specHash);
  let room = (own.target ?? defaultTarget) - own.entries.length;
  const due = dueEntries(pool, sessionOf, context).flatMap((action): readonly DuePool[] => {
    // Its own server decided on it, and plans it with its own model: for a pool nobody keeps it is not missed.
    if (action.kind === 'plan' && !context.exclusive) return [];
    if (action.kind !== 'renew') return [action];
    if (isOwn(action.sessionId)) return [];
    room -= 1;
    return room >= 0
      ? [{ kind: 'adopt', sessionId: action.sessionId }]
      : [{ kind: 'discard', sessionId: action.sessionId, reason: 'made for another spec' }];
  });
  const isSettled = (id: string) => due.some((action) => action.kind === 'settle' && action.sessionId === id);
  return [
    ...due,
    ...moved
      .filter((sessionId) => !isSettled(sessionId))
      .map((sessionId) => ({ kind: 'settle', sessionId, outcome: 'renewed' }) as const),
  ];
};

/** An entry that a server of another spec may be keeping: it is made by that one, or it would not be of its spec. */
export const isKeptElsewhere = (session: SessionState, { specHash, exclusive }: Keeper): boolean =>
  !exclusive &&
  session.status === 'open' &&
  session.purpose === 'pool' &&
  session.claim === undefined &&
  session.specHash !== specHash;

const dueEntries = (
  pool: PoolState,
  sessionOf: (sessionId: string) => SessionState | undefined,
  context: Keeping,
): readonly DuePool[] =>
  pool.entries.flatMap((sessionId): readonly DuePool[] => {
    const session = sessionOf(sessionId);
    if (session === undefined || session.status === 'absent') return [{ kind: 'plan', sessionId }];
    if (session.claim !== undefined) return [{ kind: 'settle', sessionId, outcome: 'claimed' }];
    if (session.status !== 'open') return [{ kind: 'settle', sessionId, outcome: 'discarded' }];
    return ofEntry(session, context).map((action): DuePool => ({ ...action, sessionId }));
  });

const idOf = (action: DuePool): string | undefined => ('sessionId' in action ? action.sessionId : undefined);

type OfEntry =
  | { readonly kind: 'discard'; readonly reason: string }
  | { readonly kind: 'renew' }
  | { readonly kind: 'retry'; readonly service: ServiceName };

/** For so long what is stale is left to the server that holds its sandbox. */
export const LEFT_TO_HOLDER_MS = 2 * 60_000;

const ofEntry = (session: SessionState, context: Keeping): readonly OfEntry[] => {
  const { now, holds } = context;
  const ageMs = poolAgeMs(session, now);
  if (isKeptElsewhere(session, context))
    return ageMs > POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS ? [{ kind: 'discard', reason: 'too old' }] : [];
  const parked = parkedInSandbox(session);
  if (parked !== undefined) return [{ kind: 'discard', reason: `${parked} was given up on` }];
  if (session.sandbox.replaces && isNotBegun(session) && !holds(session) && ageMs > LEFT_TO_HOLDER_MS)
    return [{ kind: 'discard', reason: 'its sandbox was not made anew' }];
  const reason = whyStale(session, context);
  if (reason === undefined)
    return servicesToRetry(session, now).map((service) => ({ kind: 'retry', service }));
  if (!isRenewable(session, context)) return [{ kind: 'discard', reason }];
  if (holds(session)) return [{ kind: 'renew' }];
  return ageMs > POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS ? [{ kind: 'discard', reason }] : [];
};

/** Whoever holds the sandbox that is to be replaced has not come to it: once that was tried, anybody tries it again. */
const isNotBegun = (session: SessionState): boolean => stepOf(session, 'vm_boot').status === 'waiting';

const parkedInSandbox = (session: SessionState): string | undefined =>
  Object.entries(session.steps).find(
    ([step, { status }]) => status === 'parked' && SANDBOX_LEG.has(step),
  )?.[0];

/** Between two rounds of attempts at a service: as long again as it has been tried for so far, within these. */
const LEAST_PAUSE_MS = 10_000;
const MOST_PAUSE_MS = 5 * 60_000;

const servicesToRetry = (session: SessionState, now: Instant): readonly ServiceName[] =>
  SERVICES.filter((service) => {
    const step = stepOf(session, service);
    if (step.status !== 'parked' || !step.error.retryable) return false;
    const triedMs = Date.parse(step.at) - Date.parse(pooledSince(session));
    const pauseMs = Math.max(LEAST_PAUSE_MS, Math.min(triedMs, MOST_PAUSE_MS));
    return Date.parse(now) - Date.parse(step.at) >= pauseMs;
  });

const SANDBOX_LEG = new Set([
  'vm_boot',
  'acp_init',
  'acp_session',
  'model_setup',
  'git_setup',
  'env_write',
  'wake',
]);
