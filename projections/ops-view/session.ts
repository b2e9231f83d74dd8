import { RESOURCE_MISSING } from '../../domain/session/state.ts';
import { isRelease, isService, SANDBOX_STEPS, type StepName } from '../../domain/steps.ts';
import type { OpsSession, Parked } from './shard.ts';

/** How one session changes; the counting is elsewhere. */

export const running = (session: OpsSession, step: StepName, since: number): OpsSession => ({
  ...session,
  running: { ...session.running, [step]: since },
  parked: without(session.parked, step),
});

/** Neither under way nor given up on. */
export const settled = (session: OpsSession, step: StepName): OpsSession => ({
  ...session,
  running: without(session.running, step),
  parked: without(session.parked, step),
});

export const parked = (session: OpsSession, step: StepName, why: Parked): OpsSession => ({
  ...session,
  running: without(session.running, step),
  parked: { ...session.parked, [step]: why },
});

/** Tried again, but for what was lost at its provider: that is for its owner to ask. */
export const unparked = (
  session: OpsSession,
  which: (step: StepName) => boolean = () => true,
): OpsSession => ({
  ...session,
  parked: Object.fromEntries(
    Object.entries(session.parked).filter(
      ([step, { error }]) => error.code === RESOURCE_MISSING || !which(step as StepName),
    ),
  ),
});

/** Who wants a session back does not thereby ask for its releases again. */
export const unparkedForUse = (session: OpsSession): OpsSession =>
  unparked(session, (step) => !isRelease(step));

export const unparkedStep = (session: OpsSession, step: StepName): OpsSession =>
  session.parked[step] === undefined ? session : { ...session, parked: without(session.parked, step) };

/** A sandbox that went away before its session was ready boots again; after that it is woken. */
export const sandboxGone = (session: OpsSession, sandbox: 'asleep' | 'lost'): OpsSession => {
  const rested = settled(session, 'wake');
  return session.isReady
    ? { ...rested, sandbox }
    : SANDBOX_STEPS.reduce<OpsSession>(settled, { ...rested, sandbox: 'starting' });
};

/** Planned anew, but for its services. */
export const renewed = (session: OpsSession, at: number): OpsSession => {
  const services = <A>(of: Readonly<Partial<Record<StepName, A>>>) =>
    Object.fromEntries(Object.entries(of).filter(([step]) => isService(step as StepName)));
  const { running: under, parked: givenUp } = session;
  return {
    ...session,
    plannedAt: at,
    isReady: false,
    sandbox: 'starting',
    running: services(under),
    parked: services(givenUp),
  };
};

/** Nobody waits for its turns any more. */
export const closing = (session: OpsSession): OpsSession => ({
  ...session,
  end: 'closing',
  queuedTurns: 0,
  turns: {},
});

export const turnStarted = (session: OpsSession, turnId: string, since: number): OpsSession =>
  Object.hasOwn(session.turns, turnId)
    ? session
    : {
        ...session,
        queuedTurns: Math.max(0, session.queuedTurns - 1),
        turns: { ...session.turns, [turnId]: since },
      };

/** The session without that turn, and since when it ran; `undefined` for a turn that is over already. */
export const turnEnded = (
  session: OpsSession,
  turnId: string,
): { readonly session: OpsSession; readonly since?: number } | undefined => {
  const since = Object.hasOwn(session.turns, turnId) ? session.turns[turnId] : undefined;
  if (since !== undefined) return { session: { ...session, turns: without(session.turns, turnId) }, since };
  return session.queuedTurns === 0
    ? undefined
    : { session: { ...session, queuedTurns: session.queuedTurns - 1 } };
};

const without = <Of extends object, Key extends keyof Of>(record: Of, key: Key): Of => {
  if (!Object.hasOwn(record, key)) return record;
  const { [key]: _gone, ...rest } = record;
  return rest as Of;
};
