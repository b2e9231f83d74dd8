import * as E from 'fp-ts/lib/Either.js';
import { decideRecordTurn } from '../../domain/session/decide/turns.ts';
import type { SessionEventOf } from '../../domain/session/events.ts';
import { decideDueTurn, dueTurn } from '../../domain/session/process-managers/turns.ts';
import { runningTurn, type SessionState } from '../../domain/session/state.ts';
import { bridgeToken, sandboxOf } from '../effects/context.ts';
import { randomId } from '../identifiers.ts';
import { runTurn, type TurnFact } from '../turns/run-turn.ts';
import { asking, type Context, causedBy } from './context.ts';
import { record } from './record.ts';

type Running = { readonly sessionId: string; readonly abort: AbortController; cancelSent: boolean };

/** Starts the turn that is due in a session, passes a Stop on to the agent, and ends what nobody can finish. */
export const createTurnRunner = (
  context: Context,
  stopped: AbortSignal,
  changed: (sessionId: string) => void,
) => {
  const { world, clock, observe } = context;
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
    starting.add(sessionId);
    const attemptId = randomId();
    const decided = await record(
      context,
      sessionId,
      (current) => decideDueTurn({ turnId: due.turnId, attemptId, ...asking(context, sessionId) }, current),
      causedBy('turns', attemptId, due.turnId),
      stopped,
    );
    starting.delete(sessionId);
    if (stopped.aborted) return;
    for (const event of decided?.events ?? []) {
      if (event.type === 'TurnStarted' && decided !== undefined) void run(decided.state, event.data);
    }
    if (missed.delete(sessionId)) changed(sessionId);
  };

  const run = async (state: SessionState, intent: SessionEventOf<'TurnStarted'>['data']): Promise<void> => {
    const { sessionId } = state;
    const { turnId, attemptId } = intent;
    const abort = new AbortController();
    running.set(attemptId, { sessionId, abort, cancelSent: false });
    const limit = Math.max(0, Date.parse(intent.deadline) - Date.parse(clock.now()));
    const cancelDeadline = clock.after(limit, () => abort.abort());
    let batch = 0;
    const recordFacts = async (facts: readonly TurnFact[]): Promise<boolean> => {
      // Cut short because the server stops: the turn stays open, and the next start takes it over.
      if (stopped.aborted) return false;
      batch += 1;
      const recorded = await record(
        context,
        sessionId,
        (current) => decideRecordTurn({ turnId, attemptId, facts }, current),
        causedBy('turns', `${attemptId}|${batch}`, attemptId),
        stopped,
      );
      return recorded !== undefined;
    };
    const startedAt = performance.now();
    const outcome = await runTurn(context, { state, intent, signal: abort.signal, record: recordFacts });
    cancelDeadline();
    running.delete(attemptId);
    observe.turn({ sessionId, slug: state.slug, outcome, ms: performance.now() - startedAt });
    changed(sessionId);
  };

  /** A Stop is passed on once; the bridge sees to it that even an agent that ignores it stops within a second. */
  const passOnStop = (state: SessionState): void => {
    const turn = runningTurn(state);
    const mine = running.get(turn?.attemptId ?? '');
    if (mine === undefined) return;
    if (state.status !== 'open') mine.abort.abort();
    if (turn?.status !== 'cancelling' || mine.cancelSent) return;
    mine.cancelSent = true;
    void cancelAgent(state).then((asked) => {
      if (!asked) mine.abort.abort();
    });
  };

  const cancelAgent = async (state: SessionState): Promise<boolean> => {
    const sandbox = await sandboxOf(world, state)();
    if (E.isLeft(sandbox)) return false;
    const token = bridgeToken(world, state.sessionId);
    const agentSessionId = state.sandbox.agentSessionId ?? '';
    return E.isRight(await world.agent.cancel(sandbox.right, token, { agentSessionId })());
  };

  const stop = (): void => {
    for (const { abort } of running.values()) abort.abort();
  };

  return { evaluate, stop, isIdle: (): boolean => running.size === 0 && starting.size === 0 };
};
