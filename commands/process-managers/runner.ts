import { right } from 'fp-ts/lib/Either.js';
import { resourceName } from '../../domain/services.ts';
import { decideNoteSleep } from '../../domain/session/decide/life.ts';
import { nextMoment } from '../../domain/session/process-managers/due.ts';
import { nextIdleMoment } from '../../domain/session/process-managers/idleness.ts';
import { diedWithItsServer } from '../../domain/session/process-managers/lifecycle.ts';
import { isGoingToSleep, type SessionState } from '../../domain/session/state.ts';
import type { Cause } from '../journal.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { Snapshots } from '../ports/snapshots.ts';
import { asking, type Context, causedBy } from './context.ts';
import { followLog } from './follow-log.ts';
import { createHousekeeping, crowds } from './housekeeping.ts';
import { createJanitor, type Sweep } from './janitor.ts';
import { createLater } from './looks.ts';
import { createPoolKeeper } from './pool-keeper.ts';
import { record } from './record.ts';
import { createSandboxWatch } from './sandbox-watch.ts';
import { createStepRunner } from './steps.ts';
import { createTurnRunner } from './turns.ts';

/** How long a stopping server waits for what it has begun; the rest is taken over by the next start. */
const STOP_LIMIT_MS = 5_000;

/**
 * Runs the process managers: follows the log, folds it, and after every change asks each manager what is due. Nothing
 * it remembers is needed: a new process that reads the same log finds the same work.
 */
export const startRunner = (
  context: Context,
  store: EventStore,
  snapshots?: Snapshots,
): {
  readonly caughtUp: Promise<void>;
  readonly nudgePool: () => void;
  /** The sandbox's processes ended without being asked to. */
  readonly sandboxExited: (slug: string) => void;
  /** Compares what the providers hold with the log, and releases orphans that are known, at once. */
  readonly sweep: (cause: Cause) => Promise<Sweep>;
  /** When that was last done; `undefined` before the first time of this process. */
  readonly sweptAt: () => string | undefined;
  readonly stop: () => Promise<void>;
} => {
  const { directory, clock, log } = context;
  const stopping = new AbortController();
  const timers = new Map<string, { readonly at: string; readonly cancel: () => void }>();
  let live = false;

  const evaluate = (sessionId: string): void => {
    const state = directory.session(sessionId);
    if (!live || state === undefined || state.status === 'forgotten' || stopping.signal.aborted) return;
    const now = asking(context, sessionId);
    if (!context.world.sandboxes.outlivesServer && diedWithItsServer(state, now)) {
      noteSleep(sessionId, 'the server was restarted', (current) => diedWithItsServer(current, now));
      return;
    }
    if (isMissing(state)) {
      noteMissing(state);
      return;
    }
    if (housekeeping.endAbandoned(state)) return;
    void steps.evaluate(state);
    void turns.evaluate(state);
    wakeAt(sessionId, earliest(nextMoment(state, now.now), nextIdleMoment(state, now)));
  };

  const looks = { changed: evaluate, outOfDate: createLater(clock, evaluate) };
  const steps = createStepRunner(context, stopping.signal, looks);
  const turns = createTurnRunner(context, stopping.signal, looks);
  const pool = createPoolKeeper(context, stopping.signal);
  const janitor = createJanitor(context, store, stopping.signal);
  const housekeeping = createHousekeeping(context, stopping.signal, evaluate);
  const watch = createSandboxWatch(context, stopping.signal, {
    stopped: (sessionId, isSo) => noteSleep(sessionId, 'the sandbox stopped by itself', isSo),
    takenUp: evaluate,
  });

  const noteSleep = (
    sessionId: string,
    reason: string,
    isSo: (state: SessionState) => boolean = () => true,
  ): void => {
    const key = `slept|${context.settings.runner}|${clock.now()}`;
    void record(
      context,
      sessionId,
      (state) => (isSo(state) ? decideNoteSleep({ reason }, state) : right([])),
      causedBy('lifecycle', key),
      stopping.signal,
    );
  };

  /** The log says awake, and it is not: its processes ended before the log could be told that they had begun. */
  const isMissing = (state: SessionState): boolean =>
    context.settings.exclusive &&
    state.status === 'open' &&
    state.sandbox.status === 'awake' &&
    !isGoingToSleep(state) &&
    context.world.sandboxes.running(resourceName(state.slug)) === undefined;

  const noteMissing = ({ sessionId }: SessionState): void =>
    noteSleep(sessionId, 'the sandbox stopped by itself', isMissing);

  /** Another server may have put one in its place since: what becomes of those that others have started, `watch` finds. */
  const isOurs = ({ sandbox }: SessionState): boolean =>
    context.settings.exclusive || sandbox.runner === context.settings.runner;

  const wakeAt = (sessionId: string, at: string | undefined): void => {
    const before = timers.get(sessionId);
    if (before?.at === at) return;
    before?.cancel();
    timers.delete(sessionId);
    if (at === undefined) return;
    const ms = Math.max(0, Date.parse(at) - Date.parse(clock.now())) + 1;
    const cancel = clock.after(ms, () => {
      timers.delete(sessionId);
      evaluate(sessionId);
    });
    timers.set(sessionId, { at, cancel });
  };

  const follow = async (reachedHead: () => void): Promise<void> => {
    for await (const { events, touched, caughtUp } of followLog(store, directory, stopping.signal, {
      snapshots,
    })) {
      const changed = new Set(touched);
      if (live && events.some(crowds)) housekeeping.makeRoom();
      if (caughtUp && !live) {
        live = true;
        for (const { sessionId } of directory.sessions()) changed.add(sessionId);
        // First the pool: what it discards must not be woken only to be ended.
        await pool.evaluate();
        pool.start();
        janitor.start();
        watch.start();
        reachedHead();
      }
      for (const sessionId of changed) evaluate(sessionId);
      if (live && events.some(concernsPool)) void pool.evaluate();
    }
  };

  const caughtUp = new Promise<void>((resolve, reject) => {
    follow(resolve).catch((error: unknown) => {
      log.error({ error: String(error) }, 'the process managers stopped');
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });

  const stop = async (): Promise<void> => {
    stopping.abort();
    for (const { cancel } of timers.values()) cancel();
    steps.stop();
    const until = Date.now() + STOP_LIMIT_MS;
    let isHandedBack = false;
    void turns.stop().finally(() => {
      isHandedBack = true;
    });
    while (!(steps.isIdle() && turns.isIdle() && isHandedBack) && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  return {
    caughtUp,
    nudgePool: () => void pool.evaluate(),
    sandboxExited: (slug) => {
      const state = directory.sessionBySlug(slug);
      if (state !== undefined && !stopping.signal.aborted)
        noteSleep(state.sessionId, 'the sandbox stopped by itself', isOurs);
    },
    sweep: (cause) => janitor.sweep(cause),
    sweptAt: janitor.sweptAt,
    stop,
  };
};

const earliest = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

const POOL_EVENTS = new Set([
  'SandboxClaimed',
  'SandboxDiscarded',
  'RenewalRequested',
  'CloseRequested',
  'PrewarmPlanned',
  'PrewarmSettled',
  'PoolTargetSet',
  'PoolDrained',
  'StepParked',
  // A visitor has been served: topping up need not stand back any longer.
  'SessionReady',
  'TurnFinished',
  'TurnFailed',
  'TurnCancelled',
]);

const concernsPool = ({ type }: { readonly type: string }): boolean => POOL_EVENTS.has(type);

export type Runner = ReturnType<typeof startRunner>;
