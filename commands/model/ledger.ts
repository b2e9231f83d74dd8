import * as E from 'fp-ts/lib/Either.js';
import {
  decideSettleModelCall,
  decideStartModelCall,
  type SettleModelCall,
} from '../../domain/session/decide/model.ts';
import { type SessionEvent, sessionStream } from '../../domain/session/events.ts';
import { dayOf, reservedToday } from '../../domain/session/spending-day.ts';
import { type Context, following } from '../process-managers/context.ts';
import { record } from '../process-managers/record.ts';

export type ModelBudget = { readonly sessionMicros: number; readonly dayMicros: number };

export type StartedCall =
  | { readonly kind: 'started'; readonly callId: string }
  | { readonly kind: 'exhausted'; readonly scope: 'session' | 'day' }
  | { readonly kind: 'closed' | 'unavailable' };

type Reserved = { readonly micros: number; readonly stream: string; readonly revision?: number };

/**
 * Reserves and records what is spent on models. The session's budget is kept by its own stream, at an expected revision;
 * the day's by what is in the log of all sessions, and by what this process has reserved and not read back yet. Several
 * servers may together exceed the day by what they begin within the moment it takes them to hear of one another.
 */
export const createModelLedger = (context: Context, budget: ModelBudget, stopped: AbortSignal) => {
  const { handlers, directory, clock, settings } = context;
  const reserved = new Map<string, Reserved>();

  /** What is left of the day beside this call. */
  const dayLeft = (callId: string, day: string): number => {
    for (const [id, { stream, revision }] of reserved)
      if (revision !== undefined && directory.headOf(stream) >= revision) reserved.delete(id);
    const spending = directory.spendingOn(day);
    let spent = spending.settledMicros + reservedToday(spending);
    for (const [id, { micros }] of reserved) if (id !== callId && !spending.open.has(id)) spent += micros;
    return budget.dayMicros - spent;
  };

  const start = async (
    sessionId: string,
    call: { readonly model: string; readonly reservedMicros: number; readonly limitMs: number },
  ): Promise<StartedCall> => {
    const callId = clock.id();
    const stream = sessionStream(sessionId);
    const result = await handlers.session(
      sessionId,
      (state, now) => {
        const decided = decideStartModelCall(
          {
            callId,
            model: call.model,
            reservedMicros: call.reservedMicros,
            budgets: { ...budget, dayLeftMicros: dayLeft(callId, dayOf(now)) },
            deadline: new Date(Date.parse(now) + call.limitMs).toISOString(),
            runner: settings.runner,
            exclusive: settings.exclusive,
            now,
          },
          state,
        );
        // At once: another session's call is decided before this one is in the log.
        if (startsIn(decided)) reserved.set(callId, { micros: call.reservedMicros, stream });
        else reserved.delete(callId);
        return decided;
      },
      following('model', callId),
    )();
    if (E.isLeft(result)) {
      reserved.delete(callId);
      return { kind: result.left.tag === 'Refused' ? 'closed' : 'unavailable' };
    }
    const { state, events, revision } = result.right;
    if (events.some(({ type }) => type === 'ModelCallStarted')) {
      reserved.set(callId, { micros: call.reservedMicros, stream, revision });
      return { kind: 'started', callId };
    }
    return { kind: 'exhausted', scope: state.spending.exhausted?.scope ?? 'session' };
  };

  /** For as long as it takes: what was spent must not be lost because the disk was full for a minute. */
  const settle = async (sessionId: string, call: SettleModelCall): Promise<void> => {
    await record(
      context,
      sessionId,
      (state) => decideSettleModelCall(call, state),
      following('model', `${call.callId}|outcome`, call.callId),
      stopped,
    );
  };

  return { start, settle };
};

const startsIn = (decided: E.Either<unknown, readonly SessionEvent[]>): boolean =>
  E.isRight(decided) && decided.right.some(({ type }) => type === 'ModelCallStarted');

export type ModelLedger = ReturnType<typeof createModelLedger>;
