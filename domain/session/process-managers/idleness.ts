import type { Instant } from '../../envelope.ts';
import { isDone, isGoingToSleep, nextTurn, runningTurn, type SessionState, stepOf } from '../state.ts';
import { isForking } from './forks.ts';

/** What becomes of sessions nobody uses, in milliseconds; 0 stands for never. */
export type LifePolicy = {
  /** A sandbox without work and without visitors sleeps. */
  readonly sleepAfterMs: number;
  /** Claimed, and nothing of its owner's is in it. */
  readonly neverPromptedMs: number;
  /** Not used at all. */
  readonly idleMs: number;
};

export const KEEP_FOR_EVER: LifePolicy = { sleepAfterMs: 0, neverPromptedMs: 0, idleMs: 0 };

/** What the log does not say about a session. */
export type Presence = {
  /** Somebody used its preview. */
  readonly seenAt?: Instant;
  /** More sandboxes are awake than should be, and this one has been idle longest. */
  readonly crowded?: boolean;
};

export type Idling = {
  readonly now: Instant;
  readonly policy?: LifePolicy;
  readonly presence?: Presence;
};

/** Used within this time, an app keeps running however many others do. */
export const ROOM_AFTER_MS = 60_000;

const plus = (at: Instant, ms: number): Instant => new Date(Date.parse(at) + ms).toISOString();
const latest = (...moments: readonly Instant[]): Instant => moments.reduce((a, b) => (a > b ? a : b));

const DAY_MS = 86_400_000;

/** For so long may use go unsaid in the log where nothing else tells of it: an event for each would cost too much. */
const unsaidFor = ({ idleMs }: LifePolicy): number => Math.min(idleMs, DAY_MS) / 3;

/** The last the log knows of its use. */
export const saidUsedAt = ({ lastActivityAt, appUsedAt = '' }: SessionState): Instant =>
  latest(lastActivityAt, appUsedAt);

/** Whether the log has to be told of use, or its session would be taken for abandoned. */
export const isUseUnsaid = (state: SessionState, { now, policy }: Idling): boolean =>
  policy !== undefined &&
  policy.idleMs > 0 &&
  state.status === 'open' &&
  state.claim !== undefined &&
  plus(saidUsedAt(state), unsaidFor(policy)) <= now;

export const lastUsedAt = (state: SessionState, presence?: Presence): Instant =>
  latest(state.lastActivityAt, presence?.seenAt ?? '');

/** A visitor's sandbox in which nothing is going on: no turn, no move, no push, no step. */
export const isResting = (state: SessionState): boolean =>
  state.status === 'open' &&
  state.claim !== undefined &&
  state.readyAt !== undefined &&
  state.sandbox.status === 'awake' &&
  !state.sandbox.wakeRequested &&
  nextTurn(state) === undefined &&
  runningTurn(state) === undefined &&
  state.history?.move === undefined &&
  state.save === undefined &&
  !isForking(state) &&
  !isPushing(state) &&
  !Object.values(state.steps).some(({ status }) => status === 'running');

/** A commit that still has to reach the repository; not one whose push was given up on. */
export const isPushing = (state: SessionState): boolean =>
  isDone(state, 'github') &&
  state.history !== undefined &&
  state.pushed !== state.history.at &&
  stepOf(state, 'push').status !== 'parked';

/** When the sandbox may sleep, `undefined` while it has something to do or never sleeps. */
const sleepsAt = (state: SessionState, { policy, presence }: Idling): Instant | undefined => {
  if (!isResting(state)) return undefined;
  const limits = [
    ...(policy !== undefined && policy.sleepAfterMs > 0 ? [policy.sleepAfterMs] : []),
    ...(presence?.crowded === true ? [ROOM_AFTER_MS] : []),
  ];
  return limits.length === 0 ? undefined : plus(lastUsedAt(state, presence), Math.min(...limits));
};

export const maySleep = (state: SessionState, idling: Idling): boolean => {
  const at = sleepsAt(state, idling);
  return at !== undefined && at <= idling.now;
};

type Abandonment = { readonly at: Instant; readonly reason: string };

const abandonment = (state: SessionState, { policy, presence }: Idling): Abandonment | undefined => {
  if (state.status !== 'open' || state.claim === undefined || policy === undefined) return undefined;
  if (runningTurn(state) !== undefined) return undefined;
  const since = latest(lastUsedAt(state, presence), saidUsedAt(state));
  const never = { after: policy.neverPromptedMs, reason: 'abandoned: nothing was ever asked for' };
  const idle = { after: idleFor(policy), reason: 'abandoned: not used for too long' };
  const [first] = [...(isUntouched(state) ? [never] : []), idle]
    .filter(({ after }) => after > 0)
    .sort((a, b) => a.after - b.after);
  return first === undefined ? undefined : { at: plus(since, first.after), reason: first.reason };
};

/** Never told anything, and never worked on in any other way: there is nothing in it to be missed. */
const isUntouched = ({ turns, fork, byHand }: SessionState): boolean =>
  turns.length === 0 && fork === undefined && byHand === undefined;

/** Longer than was promised by what may be unsaid, and never shorter. */
const idleFor = (policy: LifePolicy): number => (policy.idleMs > 0 ? policy.idleMs + unsaidFor(policy) : 0);

/** Why a claimed session is of no use to anybody any more, or `undefined` while it may be. */
export const whyAbandoned = (state: SessionState, idling: Idling): string | undefined => {
  const abandoned = abandonment(state, idling);
  return abandoned !== undefined && abandoned.at <= idling.now ? abandoned.reason : undefined;
};

/** The next moment at which one of these may answer differently although nothing happened. */
export const nextIdleMoment = (state: SessionState, idling: Idling): Instant | undefined =>
  [sleepsAt(state, idling), abandonment(state, idling)?.at]
    .filter((moment) => moment !== undefined)
    .filter((moment) => moment > idling.now)
    .sort()[0];

/**
 * Which sandboxes sleep so that no more than `max` are awake: those idle longest, and none that is in use. Pool entries
 * count, and stay: the next visitor needs them.
 */
export const toMakeRoom = (
  sessions: Iterable<SessionState>,
  presenceOf: (sessionId: string) => Presence,
  { now, max }: { readonly now: Instant; readonly max: number },
): readonly string[] => {
  const awake = [...sessions].filter(
    ({ status, sandbox }) => status === 'open' && sandbox.status === 'awake',
  );
  const excess = max === 0 ? 0 : Math.max(0, awake.length - max);
  return awake
    .filter((state) => isResting(state) || isGoingToSleep(state))
    .map((state) => ({ sessionId: state.sessionId, since: lastUsedAt(state, presenceOf(state.sessionId)) }))
    .filter(({ since }) => plus(since, ROOM_AFTER_MS) <= now)
    .sort((a, b) => (a.since < b.since ? -1 : 1))
    .slice(0, excess)
    .map(({ sessionId }) => sessionId);
};
