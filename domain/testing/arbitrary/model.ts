import fc from 'fast-check';
import { type Arbitraries, attempt, attemptId, instant, runner, text, turnId } from './values.ts';

/** What is used of models. */
export const MODEL = {
  ModelRequested: fc.record({ model: text }),
  ModelChanged: fc.record({ turnId, attemptId, model: text }),
  ModelCallStarted: fc.record(
    {
      callId: attemptId,
      turnId,
      model: text,
      reservedMicros: attempt,
      budgetMicros: attempt,
      deadline: instant,
      runner,
    },
    { requiredKeys: ['callId', 'model', 'reservedMicros', 'budgetMicros', 'deadline', 'runner'] },
  ),
  UsageRecorded: fc.record(
    {
      turnId,
      model: text,
      inputTokens: attempt,
      outputTokens: attempt,
      cacheReadTokens: attempt,
      cacheWriteTokens: attempt,
      source: fc.constantFrom('relay', 'agent'),
      callId: attemptId,
      costMicros: attempt,
      outcome: fc.constantFrom('complete', 'cut', 'failed', 'unknown'),
      error: text,
    },
    {
      requiredKeys: [
        'model',
        'inputTokens',
        'outputTokens',
        'cacheReadTokens',
        'cacheWriteTokens',
        'source',
        'outcome',
      ],
    },
  ),
  BudgetExhausted: fc.record(
    { scope: fc.constantFrom('session', 'day'), turnId, budgetMicros: attempt, spentMicros: attempt },
    { requiredKeys: ['scope', 'budgetMicros', 'spentMicros'] },
  ),
  BudgetSet: fc.record({ budgetMicros: attempt }),
} satisfies Partial<Arbitraries>;
