import { lazy, Suspense, useState } from 'react';
import { cx } from '../../ui/cx.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { Empty, Panel } from './panel.tsx';
import { TablePage } from './table-rows.tsx';

const SqlBox = lazy(async () => ({ default: (await import('./sql-box.tsx')).SqlBox }));

const VIEWS = ['Tables', 'SQL'] as const;

/** The session's own Postgres: its tables, row by row, and a place for SQL. */
export const DatabasePanel = ({ moment }: { readonly moment: string }) => {
  const api = useSessionApi();
  const [round, setRound] = useState(0);
  const now = `${moment}:${round}`;
  const database = useLoaded(api.database, now);
  const [chosen, setChosen] = useState<string>();
  const [shown, setShown] = useState<(typeof VIEWS)[number]>('Tables');
  const tables = database.value?.tables ?? [];
  const table = tables.find(({ name }) => name === chosen) ?? tables[0];
  const changed = (): void => setRound((before) => before + 1);
  return (
    <>
      <Panel title="Database" loaded={database}>
        {() => (
          <fieldset className="flex gap-0.5 rounded-lg bg-sunken p-0.5 text-small w-fit">
            <legend className="sr-only">What to show of the database</legend>
            {VIEWS.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === shown}
                onClick={() => setShown(name)}
                className={cx(
                  'h-7 rounded-md px-3 font-medium transition-colors',
                  name === shown ? 'bg-surface text-ink' : 'text-ink-2 hover:text-ink',
                )}
              >
                {name}
              </button>
            ))}
          </fieldset>
        )}
      </Panel>
      {shown === 'SQL' ? (
        <Suspense fallback={<p className="text-small text-ink-3">Loading</p>}>
          <SqlBox onWritten={changed} />
        </Suspense>
      ) : database.value === undefined ? null : table === undefined ? (
        <Empty>No tables yet. They appear when the agent has created them.</Empty>
      ) : (
        <>
          <ul className="flex flex-wrap gap-2">
            {tables.map(({ name, rows }) => (
              <li key={name} className="min-w-0">
                <button
                  type="button"
                  aria-pressed={name === table.name}
                  onClick={() => setChosen(name)}
                  className="flex h-8 max-w-full items-center gap-2 rounded-lg border border-line-strong px-3 text-small hover:border-control aria-pressed:border-ink"
                >
                  <span className="truncate">{name}</span>
                  <span className="text-ink-3 tabular">{rows.toLocaleString()}</span>
                </button>
              </li>
            ))}
          </ul>
          <TablePage key={table.name} table={table} moment={now} onChanged={changed} />
        </>
      )}
    </>
  );
};
