import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import { SERVICES } from '../../services.ts';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { type SessionState, stepOf } from '../state.ts';

export type PlanSession = {
  readonly sessionId: string;
  readonly slug: string;
  readonly specHash: string;
  readonly purpose: 'pool' | 'visitor';
  readonly residentialIp: boolean;
  readonly model: string;
  readonly mode?: 'quick';
};

/** Plans a session; one that exists already stays as it is. */
export const decidePlan = (
  command: PlanSession,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  state.status === 'absent' ? right([{ type: 'SessionPlanned', data: command }]) : right([]);

export type ClaimSandbox = {
  readonly owner: string;
  readonly keyDigest: string;
  readonly source: 'pool' | 'cold';
  readonly specHash: string;
  readonly now: Instant;
};

/** How old a pool entry may be when it is claimed, from the moment it was planned or last made anew. */
export const POOL_MAX_AGE_MS = 45 * 60_000;

/** Since when it is in the pool as it is now. */
export const pooledSince = ({ renewedAt, plannedAt }: SessionState): Instant => renewedAt ?? plannedAt;

export const poolAgeMs = (state: SessionState, now: Instant): number =>
  Date.parse(now) - Date.parse(pooledSince(state));

/** Why a pooled session cannot serve a visitor now, or `undefined` when it can. */
export const whyNotClaimable = (state: SessionState, specHash: string, now: Instant): string | undefined => {
  if (state.purpose !== 'pool') return 'it was not planned for the pool';
  if (state.readyAt === undefined) return 'it is still booting';
  if (state.sandbox.status !== 'awake') return 'its sandbox is not running';
  if (state.specHash !== specHash) return 'it was made for another spec';
  if (poolAgeMs(state, now) > POOL_MAX_AGE_MS) return 'it is too old';
  return undefined;
};

/** Whether it has every service of its server: it goes to a visitor before one that lacks something. */
export const isComplete = (state: SessionState): boolean =>
  SERVICES.every((service) => {
    const { status } = stepOf(state, service);
    return status === 'skipped' || (status === 'done' && state.env?.services.includes(service) === true);
  });

/** One append at an expected revision: of two visitors who decide this at once, the log lets one win. */
export const decideClaim = (
  command: ClaimSandbox,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.claim !== undefined) {
    return state.claim.keyDigest === command.keyDigest && state.owners[0] === command.owner
      ? right([])
      : left({ tag: 'AlreadyClaimed' });
  }
  if (command.source === 'pool') {
    const why = whyNotClaimable(state, command.specHash, command.now);
    if (why !== undefined) return left({ tag: 'NotClaimable', why });
  }
  const { source, owner, keyDigest } = command;
  return right([{ type: 'SandboxClaimed', data: { source, owner, keyDigest } }]);
};
