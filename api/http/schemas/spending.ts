import { Type } from 'typebox';
import type { SpendingView } from '../../../projections/views.ts';
import { Instant, oneOf, strict, viewOf } from './parts.ts';

const Micros = Type.Integer({ description: 'Micro-dollars: 1,000,000 are a dollar.' });
export const SpendingViewSchema = viewOf<SpendingView>()(
  Type.Object(
    {
      costMicros: Micros,
      calls: Type.Integer(),
      inputTokens: Type.Integer(),
      outputTokens: Type.Integer(),
      cacheReadTokens: Type.Integer(),
      cacheWriteTokens: Type.Integer(),
      budgetMicros: Type.Optional(Micros),
      exhausted: Type.Optional(
        Type.Object(
          { scope: oneOf('session', 'day'), budgetMicros: Micros, spentMicros: Micros, at: Instant },
          strict,
        ),
      ),
    },
    strict,
  ),
);
/** What all sessions spend on models in a day. */
export const DaySpendingSchema = Type.Object(
  {
    day: Type.String({ description: 'UTC, like 2026-11-29' }),
    spentMicros: Micros,
    reservedMicros: Micros,
    budgetMicros: Type.Optional(Micros),
    sessionBudgetMicros: Type.Optional(Micros),
  },
  strict,
);
