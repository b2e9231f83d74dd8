import * as E from 'fp-ts/lib/Either.js';
import { decideRecordTurn } from '../../domain/session/decide/turns.ts';
import type { SessionEventOf } from '../../domain/session/events.ts';
import {
  type DueTurn,
  decideDueTurn,
  dueTurn,
  TURN_RENEW_MS,
} from '../../domain/session/process-managers/turns.ts';
import { runningTurn, type SessionState } from '../../domain/session/state.ts';
import { bridgeToken, sandboxOf } from '../effects/context.ts';
import { runQuickTurn } from '../quick/quick-turn.ts';
import { isAnswerKept } from '../turns/resume.ts';
import { runTurn, type TurnFact } from '../turns/run-turn.ts';
import { asking, type Context, following, stateNow } from './context.ts';
import type { Looks } from './looks.ts';
import { record } from './record.ts';
import { isOutOfReach, takeUpIfRunning } from './sandbox-watch.ts';

type Running = {
  readonly sessionId: string;
  readonly abort: AbortController;
  /** Aborted by the visitor's Stop. */
  readonly stop: AbortController;
  cancelSent: boolean;
};

const STOP_AGAIN_MS = 1_000;

/** Starts the turn that is due in a session, passes a Stop on to the agent, and ends what nobody can finish. */
export const createTurnRunner = (context: Context, stopped: AbortSignal, { changed, outOfDate }: Looks) => {
  const { directory, handlers, world, clock, observe, settings } = context;
  const running = new Map<string, Running>();
  const starting = new Set<string>();
  /** Sessions that changed while a turn was being started: looked at again afterwards. */
  const missed = new Set<string>();

  const evaluate = async (state: SessionState): Promise<void> => {
    const { sessionId } = state;
    passOnStop(state);
    // Past its deadline or not: an attempt of this process reports itself, and is never taken over by it.
    if (stopped.aborted || running.has(runningTurn(state)?.attemptId ?? '')) return;
    const due = dueTurn(state, asking(context, sessionId));
    if (due === undefined) return;
    if (starting.has(sessionId)) {
      missed.add(sessionId);
      return;
    }
    const isTakenOver = due.kind === 'start' && due.attempt > 1;
    if (due.kind === 'start' && !isTakenOver && isOutOfReach(context, state)) return;
    starting.add(sessionId);
    const askedAt = Date.parse(clock.now());
    const decided = isTakenOver ? await takeOver(state, due) : await begin(state, due);
    starting.delete(sessionId);
    if (stopped.aborted) return;
    const hasMissed = missed.delete(sessionId);
    // What could not be taken up is left to the watch over sandboxes, which looks again.
    if (decided === 'out of reach') {
      if (hasMissed) changed(sessionId);
      return;
    }
    for (const event of decided?.events ?? []) {
      if (event.type === 'TurnStarted' && decided !== undefined) void run(decided.state, event.data, askedAt);
      // Of an attempt whose server is gone the agent may be left, at work for nobody.
      else void cancelAgent(state);
    }
    if (decided === undefined && directory.session(sessionId) === state) outOfDate(sessionId);
    else if (hasMissed) changed(sessionId);
  };

  const begin = (state: SessionState, due: DueTurn, heardOf?: string) => {
    const { sessionId } = state;
    const attemptId = clock.id();
    const attempt = { turnId: due.turnId, attemptId, ...(heardOf === undefined ? {} : { heardOf }) };
    return record(
      context,
      sessionId,
      (current) => decideDueTurn({ ...attempt, ...asking(context, sessionId) }, current),
      following('turns', attemptId, due.turnId),
      stopped,
    );
  };

  /**
   * The turn of a server that is gone. That it is left is asked of its own stream: a directory may be behind. Then its
   * sandbox, which that server held, is taken up; others that are free do the same, and the log lets one go on.
   */
  const takeOver = async (state: SessionState, due: Extract<DueTurn, { kind: 'start' }>) => {
    if (!(await isLeft(state.sessionId, due.turnId))) return undefined;
    if (isOutOfReach(context, state)) await takeUpIfRunning(context, state);
    if (isOutOfReach(context, state)) return 'out of reach' as const;
    const isKept = due.promptId !== undefined && (await isAnswerKept(context, state, due.promptId));
    return begin(state, due, isKept ? due.promptId : undefined);
  };

  const isLeft = async (sessionId: string, turnId: string): Promise<boolean> => {
    if (settings.exclusive) return true;
    const state = await stateNow(context, sessionId);
    return state !== undefined && dueTurn(state, asking(context, sessionId))?.turnId === turnId;
  };

  /** One attempt, which others count on since the moment `askedAt`, when it was asked to be recorded. */
  const run = async (
    state: SessionState,
    intent: SessionEventOf<'TurnStarted'>['data'],
    askedAt: number,
  ): Promise<void> => {
    const { sessionId } = state;
    const { turnId, attemptId, leaseMs } = intent;
    const abort = new AbortController();
    const stop = new AbortController();
    running.set(attemptId, { sessionId, abort, stop, cancelSent: false });
    const limit = Math.max(0, Date.parse(intent.deadline) - Date.parse(clock.now()));
    const cancelDeadline = clock.after(limit, () => abort.abort());
    let batch = 0;
    let heardAt = askedAt;
    const silentMs = (): number => Date.parse(clock.now()) - heardAt;
    const recordFacts = async (facts: readonly TurnFact[]): Promise<boolean> => {
      // Cut short because the server stops: the turn stays open, and the next start takes it over.
      if (stopped.aborted) return false;
      batch += 1;
      if (facts.length > 0) heardAt = Date.parse(clock.now());
      const recorded = await record(
        context,
        sessionId,
        (current) => decideRecordTurn({ turnId, attemptId, facts }, current),
        following('turns', `${attemptId}|${batch}`, attemptId),
        stopped,
      );
      return recorded !== undefined;
    };
    const isStillOurs = async (): Promise<boolean> => {
      if (leaseMs === undefined || silentMs() < TURN_RENEW_MS) return true;
      return recordFacts([{ type: 'TurnLeaseRenewed', data: { turnId, attemptId, leaseMs } }]);
    };
    /** Others take over what they do not hear of; an agent that thinks, or a long check, says nothing for minutes. */
    const renew = async (): Promise<void> => {
      if (!running.has(attemptId) || leaseMs === undefined) return;
      if (!(await isStillOurs())) return abort.abort();
      clock.after(Math.max(0, TURN_RENEW_MS - silentMs()), () => void renew());
    };
    // Where the append took its time, or the process stood still, somebody else may have asked the agent already.
    if (!(await isStillOurs())) {
      cancelDeadline();
      running.delete(attemptId);
      return changed(sessionId);
    }
    void renew();
    const startedAt = performance.now();
    const stopAsked = (): boolean =>
      directory.session(sessionId)?.turns.find((turn) => turn.turnId === turnId)?.status === 'cancelling';
    const outcome = await (state.mode === 'quick' ? runQuickTurn : runTurn)(context, {
      state,
      intent,
      signal: abort.signal,
      stop: stop.signal,
      stopAsked,
      record: recordFacts,
      isStillOurs,
    });
    cancelDeadline();
    running.delete(attemptId);
    observe.turn({ sessionId, slug: state.slug, outcome, ms: performance.now() - startedAt });
    changed(sessionId);
  };

  const passOnStop = (state: SessionState): void => {
    const turn = runningTurn(state);
    const attemptId = turn?.attemptId ?? '';
    const mine = running.get(attemptId);
    if (mine === undefined) return;
    if (state.status !== 'open') mine.abort.abort();
    if (turn?.status !== 'cancelling' || mine.cancelSent) return;
    mine.cancelSent = true;
    mine.stop.abort();
    void tellToStop(state, attemptId);
  };

  /**
   * Until the turn has ended: a Stop may overtake its message on the way to the agent, and then stops nothing. The bridge
   * sees to it that even an agent that ignores it stops within a second.
   */
  const tellToStop = async (state: SessionState, attemptId: string): Promise<void> => {
    const mine = running.get(attemptId);
    if (mine === undefined || stopped.aborted) return;
    if (await cancelAgent(state)) clock.after(STOP_AGAIN_MS, () => void tellToStop(state, attemptId));
    else mine.abort.abort();
  };

  const cancelAgent = async (state: SessionState): Promise<boolean> => {
    const sandbox = await sandboxOf(world, state)();
    if (E.isLeft(sandbox)) return false;
    const token = bridgeToken(world, state.sessionId);
    const agentSessionId = state.sandbox.agentSessionId ?? '';
    return E.isRight(await world.agent.cancel(sandbox.right, token, { agentSessionId })());
  };

  /**
   * Servers that share a log go on with what one of them hands over, at once and not when its lease has lapsed. The agent
   * is left at work, for whoever comes first to listen to.
   */
  const handBack = async (attemptId: string, { sessionId }: Running): Promise<void> => {
    const state = directory.session(sessionId);
    const turn = state === undefined ? undefined : runningTurn(state);
    if (state === undefined || turn?.attemptId !== attemptId) return;
    const { turnId } = turn;
    const fact: TurnFact =
      turn.status === 'cancelling'
        ? { type: 'TurnCancelled', data: { turnId } }
        : { type: 'TurnLeaseRenewed', data: { turnId, attemptId, leaseMs: 0 } };
    await handlers.session(
      sessionId,
      (current) => decideRecordTurn({ turnId, attemptId, facts: [fact] }, current),
      following('turns', `${attemptId}|stopped`, attemptId),
    )();
    if (turn.status === 'cancelling') await cancelAgent(state);
  };

  const stop = async (): Promise<void> => {
    const mine = [...running];
    for (const [, { abort }] of mine) abort.abort();
    if (!settings.exclusive) await Promise.all(mine.map(([attemptId, turn]) => handBack(attemptId, turn)));
  };

  return { evaluate, stop, isIdle: (): boolean => running.size === 0 && starting.size === 0 };
};
