import type { SessionView } from '../../../../projections/views.ts';
import { money } from '../../ui/money.ts';

/** What models have cost this session, and what it may spend in all. Nothing where nobody pays. */
export const Spending = ({ spending }: { readonly spending: SessionView['spending'] }) => {
  const { costMicros, budgetMicros, exhausted } = spending;
  if (costMicros === 0 && budgetMicros === undefined) return null;
  const share = budgetMicros === undefined || budgetMicros === 0 ? 0 : Math.min(1, costMicros / budgetMicros);
  const words =
    budgetMicros === undefined ? money(costMicros) : `${money(costMicros)} of ${money(budgetMicros)}`;
  return (
    <p
      className="flex items-center gap-2 text-small text-ink-3 tabular"
      title="What models have cost this app"
    >
      {budgetMicros === undefined ? null : (
        <span aria-hidden="true" className="h-1 w-10 overflow-hidden rounded-full bg-sunken">
          <span
            className={`block h-full rounded-full ${exhausted === undefined ? 'bg-alive' : 'bg-bad'}`}
            style={{ width: `${share * 100}%` }}
          />
        </span>
      )}
      <span className="whitespace-nowrap">
        <span className="sr-only">Models have cost </span>
        {words}
      </span>
    </p>
  );
};

/** Said once nothing can be paid for any more, with whose limit it is. */
export const exhaustedWords = ({ exhausted }: SessionView['spending']): string | undefined => {
  if (exhausted === undefined) return undefined;
  return exhausted.scope === 'session'
    ? `This app’s budget for models, ${money(exhausted.budgetMicros)}, is used up. Everything stays as it is; whoever runs this server can raise it.`
    : 'What this server may spend on models in a day is used up. Everything stays as it is; it goes on tomorrow (UTC).';
};
