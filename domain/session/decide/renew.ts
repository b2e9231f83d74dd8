import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import { SERVICES, type ServiceName } from '../../services.ts';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import { type SessionState, stepOf } from '../state.ts';
import { POOL_MAX_AGE_MS, poolAgeMs } from './claim.ts';

/** For so long the services of a session that nobody has been given are good: a key or a database does not age. */
export const BACKEND_MAX_AGE_MS = 24 * 3_600_000;

/** Who provides each service on this server; absent where nobody does. */
export type Providers = Readonly<Partial<Record<ServiceName, string>>>;

export type Renewing = { readonly now: Instant; readonly specHash: string; readonly providers: Providers };

/** Why a session in the pool is not what the next visitor is to have, or `undefined` while it is. */
export const whyStale = (
  state: SessionState,
  { specHash, now }: Pick<Renewing, 'specHash' | 'now'>,
): 'made for another spec' | 'too old' | undefined => {
  if (state.specHash !== specHash) return 'made for another spec';
  return poolAgeMs(state, now) > POOL_MAX_AGE_MS ? 'too old' : undefined;
};

/** It has of every service what this server would give it, so that only its sandbox has to be another. */
export const isRenewable = (state: SessionState, { now, providers }: Renewing): boolean =>
  state.purpose === 'pool' &&
  state.mode === 'full' &&
  state.readyAt !== undefined &&
  state.releasing === undefined &&
  Date.parse(now) - Date.parse(state.plannedAt) <= BACKEND_MAX_AGE_MS &&
  SERVICES.every((service) => {
    const { status } = stepOf(state, service);
    return providers[service] === undefined
      ? status === 'skipped'
      : status === 'done' && state.provisioned[service]?.provider === providers[service];
  });

/** Nothing is under way in it: what an attempt still did would be done to the sandbox that comes after. */
const isQuiet = (state: SessionState): boolean =>
  !Object.values(state.steps).some(({ status }) => status === 'running');

/**
 * Has the sandbox of a stale session made anew, while its services stay. Not while something is under way in it: it is
 * asked again. Where a visitor claims it at the same time, the log lets one be first: it is theirs as it is, or not ready.
 */
export const decideRenew = (
  command: Renewing & { readonly model: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.claim !== undefined) return left({ tag: 'AlreadyClaimed' });
  const { specHash, model } = command;
  const reason = whyStale(state, command);
  return right(
    reason !== undefined && isRenewable(state, command) && isQuiet(state)
      ? [{ type: 'RenewalRequested', data: { reason, specHash, model } }]
      : [],
  );
};
