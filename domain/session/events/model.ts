import type { Instant } from '../../envelope.ts';
import type { Event } from './event.ts';

/** `session`: what this session may spend in all; `day`: what all of them may, in a day (UTC). */
export type BudgetScope = 'session' | 'day';

/** Amounts are in micro-dollars: a millionth of a dollar is what a token of a dollar per million costs. */
export type ModelEvent =
  /** Asked for by its owner; the agent is told before the next turn. */
  | Event<'ModelRequested', { model: string }>
  | Event<'ModelChanged', { turnId: string; attemptId: string; model: string }>
  /** Its worst case is reserved before the call is passed on, so that calls at once cannot overspend together. */
  | Event<
      'ModelCallStarted',
      {
        callId: string;
        /** The turn that ran; agents also call between turns. */
        turnId?: string;
        model: string;
        reservedMicros: number;
        /** What the session could spend in all when this was decided. */
        budgetMicros: number;
        deadline: Instant;
        runner: string;
      }
    >
  | Event<'UsageRecorded', Usage>
  | Event<
      'BudgetExhausted',
      { scope: BudgetScope; turnId?: string; budgetMicros: number; spentMicros: number }
    >
  | Event<'BudgetSet', { budgetMicros: number }>;

export type Usage = {
  readonly turnId?: string;
  readonly model: string;
  /** Without what was written to or read from the prompt cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** `relay`: counted by this server as it passed the call on; `agent`: as the agent says, for a whole turn. */
  readonly source: 'relay' | 'agent';
  /** The call this is the outcome of; absent where the agent says so. */
  readonly callId?: string;
  /** Known where the call went through the relay. */
  readonly costMicros?: number;
  /**
   * `cut`: ended early, and what had come until then is counted, output estimated · `failed`: nothing to pay ·
   * `unknown`: the server that made it is gone, and the whole reservation counts.
   */
  readonly outcome: 'complete' | 'cut' | 'failed' | 'unknown';
  /** Why it failed, as the API names it: `overloaded_error`. */
  readonly error?: string;
};
