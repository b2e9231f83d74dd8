import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CommandFailure } from '../../commands/handler.ts';
import { derivedId } from '../../commands/identifiers.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import { decideSetBudget } from '../../domain/session/decide/model.ts';
import { dayOf, reservedToday } from '../../domain/session/spending-day.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';

type Settled = <A extends { readonly position?: string }>(
  task: TaskEither<CommandFailure, A>,
) => TaskEither<CommandError, A>;

/** What is spent on models, and what an operator lets be spent. */
export const createSpending = (
  { handlers, directory, clock, settings }: Pick<Context, 'handlers' | 'directory' | 'clock' | 'settings'>,
  settled: Settled,
): Pick<Application, 'setBudget' | 'daySpending'> => ({
  setBudget: ({ commandId, sessionId, budgetMicros }) => {
    if (directory.session(sessionId) === undefined) return TE.left<CommandError>({ tag: 'NotFound' });
    const key = derivedId(commandId, `operator|budget|${sessionId}`);
    return settled(
      handlers.session(sessionId, (state) => decideSetBudget({ budgetMicros }, state), {
        key,
        causationId: key,
        correlationId: key,
        actor: 'operator',
      }),
    );
  },
  daySpending: () => {
    const day = dayOf(clock.now());
    const spending = directory.spendingOn(day);
    return {
      day,
      spentMicros: spending.settledMicros,
      reservedMicros: reservedToday(spending),
      ...(settings.modelBudget === undefined
        ? {}
        : {
            budgetMicros: settings.modelBudget.dayMicros,
            sessionBudgetMicros: settings.modelBudget.sessionMicros,
          }),
    };
  },
});
