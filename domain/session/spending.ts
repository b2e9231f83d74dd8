import type { Instant } from '../envelope.ts';
import type { BudgetScope, SessionEvent, SessionEventOf } from './events.ts';

type OpenCall = Pick<
  SessionEventOf<'ModelCallStarted'>['data'],
  'callId' | 'turnId' | 'model' | 'reservedMicros' | 'deadline' | 'runner'
>;

/** What a session has spent on models, in micro-dollars. */
export type SpendingState = {
  /** Of calls that have ended. */
  readonly settledMicros: number;
  /** Calls under way, or cut off with their server: each counts with what was reserved for it. */
  readonly open: readonly OpenCall[];
  /** What an operator has raised the budget to. */
  readonly budgetMicros?: number;
  /** No call could be paid for since then. */
  readonly exhausted?: { readonly scope: BudgetScope; readonly turnId?: string; readonly at: Instant };
  /** The last call of this turn failed, and none has been answered since. */
  readonly failing?: { readonly turnId?: string; readonly error: string };
};

export const noSpending: SpendingState = { settledMicros: 0, open: [] };

export const reservedMicros = ({ open }: SpendingState): number =>
  open.reduce((sum, call) => sum + call.reservedMicros, 0);

/** Whatever may have to be paid: what was, and what calls that are under way may come to. */
export const spentMicros = (spending: SpendingState): number =>
  spending.settledMicros + reservedMicros(spending);

type SpendingEvent = Extract<
  SessionEvent,
  { type: 'ModelCallStarted' | 'UsageRecorded' | 'BudgetExhausted' | 'BudgetSet' }
>;

export const evolveSpending = (spending: SpendingState, event: SpendingEvent, at: Instant): SpendingState => {
  switch (event.type) {
    case 'ModelCallStarted': {
      const { exhausted: _over, ...rest } = spending;
      const { callId } = event.data;
      return { ...rest, open: [...rest.open.filter((call) => call.callId !== callId), event.data] };
    }
    case 'UsageRecorded': {
      const { callId, costMicros = 0, error, turnId } = event.data;
      const { failing: _over, ...rest } = spending;
      const settled = {
        ...rest,
        settledMicros: spending.settledMicros + costMicros,
        open: spending.open.filter((call) => call.callId !== callId),
      };
      if (error === undefined) return settled;
      return {
        ...settled,
        failing: { error, ...(turnId === undefined ? {} : { turnId }) },
      };
    }
    case 'BudgetExhausted': {
      const { scope, turnId } = event.data;
      return { ...spending, exhausted: { scope, at, ...(turnId === undefined ? {} : { turnId }) } };
    }
    case 'BudgetSet': {
      const { exhausted, ...rest } = spending;
      const raised = { ...rest, budgetMicros: event.data.budgetMicros };
      return exhausted === undefined || exhausted.scope === 'session' ? raised : { ...raised, exhausted };
    }
  }
};
