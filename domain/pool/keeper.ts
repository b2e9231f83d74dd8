import type { Instant } from '../envelope.ts';
import { POOL_MAX_AGE_MS, poolAgeMs } from '../session/decide/claim.ts';
import type { SessionState } from '../session/state.ts';
import type { PoolState } from './pool.ts';

export type DuePool =
  /** The decision was recorded, the session not yet planned. */
  | { readonly kind: 'plan'; readonly sessionId: string }
  | { readonly kind: 'settle'; readonly sessionId: string; readonly outcome: 'claimed' | 'discarded' }
  | { readonly kind: 'discard'; readonly sessionId: string; readonly reason: string }
  | { readonly kind: 'top-up' };

/**
 * `pool-keeper`: what the pool needs now. An entry that was claimed or closed no longer counts; one that is stale, of
 * another spec, or given up on is discarded, and so is what is more than wanted; what is missing is planned.
 */
export const duePool = (
  pool: PoolState,
  sessionOf: (sessionId: string) => SessionState | undefined,
  context: { readonly specHash: string; readonly defaultTarget: number; readonly now: Instant },
): readonly DuePool[] => {
  const due: DuePool[] = [];
  for (const sessionId of pool.entries) {
    const session = sessionOf(sessionId);
    if (session === undefined || session.status === 'absent') due.push({ kind: 'plan', sessionId });
    else if (session.claim !== undefined) due.push({ kind: 'settle', sessionId, outcome: 'claimed' });
    else if (session.status !== 'open') due.push({ kind: 'settle', sessionId, outcome: 'discarded' });
    else {
      const reason = whyUseless(session, context);
      if (reason !== undefined) due.push({ kind: 'discard', sessionId, reason });
    }
  }
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

const idOf = (action: DuePool): string | undefined => ('sessionId' in action ? action.sessionId : undefined);

const whyUseless = (
  session: SessionState,
  context: { readonly specHash: string; readonly now: Instant },
): string | undefined => {
  if (session.specHash !== context.specHash) return 'made for another spec';
  if (poolAgeMs(session, context.now) > POOL_MAX_AGE_MS) return 'too old';
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
