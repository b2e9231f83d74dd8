import type { SessionEventOf, Usage } from '../../domain/session/events.ts';
import type { SpendingView } from '../views.ts';

export const noSpending: SpendingView = {
  costMicros: 0,
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

export const used = (spending: SpendingView, usage: Usage): SpendingView => ({
  ...spending,
  costMicros: spending.costMicros + (usage.costMicros ?? 0),
  calls: spending.calls + (usage.outcome === 'failed' ? 0 : 1),
  inputTokens: spending.inputTokens + usage.inputTokens,
  outputTokens: spending.outputTokens + usage.outputTokens,
  cacheReadTokens: spending.cacheReadTokens + usage.cacheReadTokens,
  cacheWriteTokens: spending.cacheWriteTokens + usage.cacheWriteTokens,
});

/** A call that could be paid for says that there is something left again. */
export const callStarted = (spending: SpendingView, budgetMicros: number): SpendingView => ({
  ...solvent(spending),
  budgetMicros,
});

export const exhausted = (
  spending: SpendingView,
  { scope, budgetMicros, spentMicros }: SessionEventOf<'BudgetExhausted'>['data'],
  at: string,
): SpendingView => ({
  ...spending,
  ...(scope === 'session' ? { budgetMicros } : {}),
  exhausted: { scope, budgetMicros, spentMicros, at },
});

export const budgetSet = (spending: SpendingView, budgetMicros: number): SpendingView => ({
  ...(spending.exhausted?.scope === 'session' ? solvent(spending) : spending),
  budgetMicros,
});

const solvent = ({ exhausted: _over, ...spending }: SpendingView): SpendingView => spending;
