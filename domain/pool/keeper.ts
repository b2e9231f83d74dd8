import type { Instant } from '../envelope.ts';
import { SERVICES, type ServiceName } from '../services.ts';
import { POOL_MAX_AGE_MS, poolAgeMs } from '../session/decide/claim.ts';
import { type SessionState, stepOf } from '../session/state.ts';
import type { PoolState } from './pool.ts';

export type DuePool =
  /** The decision was recorded, the session not yet planned. */
  | { readonly kind: 'plan'; readonly sessionId: string }
  | { readonly kind: 'settle'; readonly sessionId: string; readonly outcome: 'claimed' | 'discarded' }
  | { readonly kind: 'discard'; readonly sessionId: string; readonly reason: string }
  /** A service that an outage has kept from it is tried again. */
  | { readonly kind: 'retry'; readonly sessionId: string; readonly service: ServiceName }
  | { readonly kind: 'top-up' };

/** Who keeps a pool: for which spec, and whether other servers may be doing so beside it. */
export type Keeper = { readonly specHash: string; readonly exclusive: boolean };

type Asking = Keeper & { readonly now: Instant };

/**
 * `pool-keeper`: what the pool needs now. An entry that was claimed or closed no longer counts; one that is stale, of
 * another spec, or given up on is discarded, and so is what is more than wanted; what is missing is planned. Of one that
 * lacks a service the service is asked for again: nobody else would, before it is somebody's.
 */
export const duePool = (
  pool: PoolState,
  sessionOf: (sessionId: string) => SessionState | undefined,
  context: Asking & { readonly defaultTarget: number },
): readonly DuePool[] => {
  const due: DuePool[] = [...dueEntries(pool, sessionOf, context)];
  const is = (sessionId: string, ...kinds: readonly DuePool['kind'][]) =>
    due.some((action) => kinds.includes(action.kind) && idOf(action) === sessionId);
  const counted = pool.entries.filter((sessionId) => !is(sessionId, 'settle'));
  const target = pool.target ?? context.defaultTarget;
  // The youngest go first: they have cost least so far.
  const surplus = counted.filter((sessionId) => !is(sessionId, 'discard')).slice(target);
  for (const sessionId of surplus.filter((entry) => !is(entry, 'plan')))
    due.push({ kind: 'discard', sessionId, reason: 'the pool was made smaller' });
  if (counted.length < target) due.push({ kind: 'top-up' });
  return due;
};

/**
 * The same for a pool of another spec: nothing is planned for it, and where nobody else can be keeping it, all of it
 * goes. Elsewhere a server of that spec may be: two that emptied each other's pools would make and delete without end. How
 * many it wants is for that server to say, and what it leaves behind ends when it is too old for anybody.
 */
export const dueOtherPool = (
  pool: PoolState,
  sessionOf: (sessionId: string) => SessionState | undefined,
  context: Asking,
): readonly DuePool[] => dueEntries(pool, sessionOf, context);

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
  context: Asking,
): readonly DuePool[] =>
  pool.entries.flatMap((sessionId): readonly DuePool[] => {
    const session = sessionOf(sessionId);
    if (session === undefined || session.status === 'absent') return [{ kind: 'plan', sessionId }];
    if (session.claim !== undefined) return [{ kind: 'settle', sessionId, outcome: 'claimed' }];
    if (session.status !== 'open') return [{ kind: 'settle', sessionId, outcome: 'discarded' }];
    const reason = whyUseless(session, context);
    if (reason !== undefined) return [{ kind: 'discard', sessionId, reason }];
    if (isKeptElsewhere(session, context)) return [];
    return servicesToRetry(session, context.now).map((service) => ({ kind: 'retry', sessionId, service }));
  });

/** Between two rounds of attempts at a service: as long again as it has been tried for so far, within these. */
const LEAST_PAUSE_MS = 10_000;
const MOST_PAUSE_MS = 5 * 60_000;

const servicesToRetry = (session: SessionState, now: Instant): readonly ServiceName[] =>
  SERVICES.filter((service) => {
    const step = stepOf(session, service);
    if (step.status !== 'parked' || !step.error.retryable) return false;
    const triedMs = Date.parse(step.at) - Date.parse(session.plannedAt);
    const pauseMs = Math.max(LEAST_PAUSE_MS, Math.min(triedMs, MOST_PAUSE_MS));
    return Date.parse(now) - Date.parse(step.at) >= pauseMs;
  });

const idOf = (action: DuePool): string | undefined => ('sessionId' in action ? action.sessionId : undefined);

const whyUseless = (session: SessionState, context: Asking): string | undefined => {
  if (poolAgeMs(session, context.now) > POOL_MAX_AGE_MS) return 'too old';
  if (isKeptElsewhere(session, context)) return undefined;
  if (session.specHash !== context.specHash) return 'made for another spec';
  const parked = Object.entries(session.steps).find(
    ([step, { status }]) => status === 'parked' && SANDBOX_LEG.has(step),
  );
  return parked === undefined ? undefined : `${parked[0]} was given up on`;
};

const SANDBOX_LEG = new Set([
  'vm_boot',
  'acp_init',
  'acp_session',
  'model_setup',
  'git_setup',
  'env_write',
  'wake',
]);
