import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import type { BudgetScope, SessionEvent, SessionEventOf } from '../events.ts';
import { isAbandoned } from '../process-managers/due.ts';
import type { Refusal } from '../refusals.ts';
import { spentMicros } from '../spending.ts';
import { runningTurn, type SessionState } from '../state.ts';

/** Another model for this session; the agent is told before the next turn. */
export const decideRequestModel = (
  command: { readonly model: string },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  return right(state.model === command.model ? [] : [{ type: 'ModelRequested', data: command }]);
};

/** What may be spent, in micro-dollars. */
export type Budgets = {
  /** By a session in all, where no operator has raised it. */
  readonly sessionMicros: number;
  /** By all of them today, and what of it is left beside this session's call. */
  readonly dayMicros: number;
  readonly dayLeftMicros: number;
};

export type StartModelCall = {
  readonly callId: string;
  readonly model: string;
  /** The most it can come to. */
  readonly reservedMicros: number;
  readonly budgets: Budgets;
  readonly deadline: Instant;
  readonly runner: string;
  readonly exclusive: boolean;
  readonly now: Instant;
};

/**
 * Reserves what a call can come to, or says once a turn that there is not as much left. Calls that were cut off with
 * their server are settled on the way: nobody knows what they came to, so each counts with all that was reserved.
 */
export const decideStartModelCall = (
  command: StartModelCall,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { callId, model, reservedMicros, budgets, deadline, runner } = command;
  const turn = runningTurn(state);
  const during = turn === undefined ? {} : { turnId: turn.turnId };
  const settled = state.spending.open.filter((call) => isAbandoned(call, command)).map(unknownUsage);
  const budgetMicros = state.spending.budgetMicros ?? budgets.sessionMicros;
  const spent = spentMicros(state.spending);

  const exhausted = (
    scope: BudgetScope,
    budget: number,
    used: number,
  ): Either<Refusal, readonly SessionEvent[]> => {
    const before = state.spending.exhausted;
    const isSaid = before?.scope === scope && before.turnId === turn?.turnId;
    return right(
      isSaid
        ? settled
        : [
            ...settled,
            { type: 'BudgetExhausted', data: { scope, ...during, budgetMicros: budget, spentMicros: used } },
          ],
    );
  };
  if (spent + reservedMicros > budgetMicros) return exhausted('session', budgetMicros, spent);
  if (reservedMicros > budgets.dayLeftMicros)
    return exhausted('day', budgets.dayMicros, budgets.dayMicros - budgets.dayLeftMicros);
  return right([
    ...settled,
    {
      type: 'ModelCallStarted',
      data: { callId, ...during, model, reservedMicros, budgetMicros, deadline, runner },
    },
  ]);
};

const unknownUsage = ({
  callId,
  turnId,
  model,
  reservedMicros,
}: Pick<
  SessionEventOf<'ModelCallStarted'>['data'],
  'callId' | 'turnId' | 'model' | 'reservedMicros'
>): SessionEvent => ({
  type: 'UsageRecorded',
  data: {
    callId,
    ...(turnId === undefined ? {} : { turnId }),
    model,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    source: 'relay',
    costMicros: reservedMicros,
    outcome: 'unknown',
  },
});

export type SettleModelCall = Pick<
  SessionEventOf<'UsageRecorded'>['data'],
  | 'model'
  | 'inputTokens'
  | 'outputTokens'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'costMicros'
  | 'outcome'
  | 'error'
> & { readonly callId: string };

/** What a call came to, recorded once; also of a session that is being closed: it was spent. */
export const decideSettleModelCall = (
  command: SettleModelCall,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const call = state.spending.open.find(({ callId }) => callId === command.callId);
  if (call === undefined || state.status === 'forgotten') return right([]);
  const during = call.turnId === undefined ? {} : { turnId: call.turnId };
  return right([{ type: 'UsageRecorded', data: { ...command, ...during, source: 'relay' } }]);
};

/** An operator's decision. What was spent stays spent, so that a lower one only keeps from spending more. */
export const decideSetBudget = (
  command: { readonly budgetMicros: number },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  return right(
    state.spending.budgetMicros === command.budgetMicros ? [] : [{ type: 'BudgetSet', data: command }],
  );
};
