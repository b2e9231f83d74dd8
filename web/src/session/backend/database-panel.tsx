import { useState } from 'react';
import type { Table } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { Empty, Panel } from './panel.tsx';

const PAGE = 50;

const Rows = ({ table, moment }: { readonly table: Table; readonly moment: string }) => {
  const api = useSessionApi();
  const [offset, setOffset] = useState(0);
  const rows = useLoaded(
    (signal) => api.rows(table.name, offset, PAGE, signal),
    `${table.name}:${offset}:${table.rows}:${moment}`,
  );
  return (
    <Panel title={table.name} loaded={rows}>
      {({ columns, rows: list }) => {
        const cells = list.map((row, number) => ({ number, row }));
        return (
          <>
            <Scroll label={`Rows of ${table.name}`} className="rounded-xl border border-line">
              <table className="w-full text-left text-small">
                <thead>
                  <tr className="border-b border-line">
                    {columns.map(({ name, type }) => (
                      <th key={name} className="px-3 py-2 align-bottom font-medium whitespace-nowrap">
                        {name}
                        <span className="block font-normal text-ink-3">{type}</span>
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody className="divide-y divide-line">
                  {cells.map(({ number, row }) => (
                    <tr key={number}>
                      {columns.map(({ name }, column) => (
                        <td
                          key={name}
                          className={cx(
                            'max-w-72 truncate px-3 py-1.5 tabular',
                            row[column] === null && 'text-ink-3',
                          )}
                          title={row[column] ?? undefined}
                        >
                          {row[column] ?? 'null'}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
            <div className="mt-2 flex items-center justify-between text-small text-ink-3 tabular">
              <p>
                {cells.length === 0
                  ? 'No rows yet'
                  : `Rows ${offset + 1} to ${offset + cells.length} of ${table.rows}`}
              </p>
              <div className={table.rows > PAGE ? 'flex gap-1' : 'hidden'}>
                <Button
                  small
                  look="quiet"
                  disabled={offset === 0}
                  onClick={() => setOffset(Math.max(0, offset - PAGE))}
                >
                  Earlier
                </Button>
                <Button
                  small
                  look="quiet"
                  disabled={offset + cells.length >= table.rows}
                  onClick={() => setOffset(offset + PAGE)}
                >
                  Later
                </Button>
              </div>
            </div>
          </>
        );
      }}
    </Panel>
  );
};

/** The tables of the session's own Postgres, and their rows. */
export const DatabasePanel = ({ moment }: { readonly moment: string }) => {
  const api = useSessionApi();
  const database = useLoaded(api.database, moment);
  const [chosen, setChosen] = useState<string>();
  const tables = database.value?.tables ?? [];
  const table = tables.find(({ name }) => name === chosen) ?? tables[0];
  return (
    <>
      <Panel title="Database" loaded={database}>
        {() =>
          tables.length === 0 ? (
            <Empty>No tables yet. They appear when the agent has created them.</Empty>
          ) : (
            <ul className="flex flex-wrap gap-2">
              {tables.map(({ name, rows }) => (
                <li key={name}>
                  <button
                    type="button"
                    aria-pressed={name === table?.name}
                    onClick={() => setChosen(name)}
                    className="flex h-8 items-center gap-2 rounded-lg border border-line-strong px-3 text-small hover:border-control aria-pressed:border-ink"
                  >
                    {name}
                    <span className="text-ink-3 tabular">{rows}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Panel>
      {table === undefined ? null : <Rows key={table.name} table={table} moment={moment} />}
    </>
  );
};
