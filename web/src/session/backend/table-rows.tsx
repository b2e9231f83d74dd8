import { ArrowDown, ArrowUp, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { TablePage as Page, Sort, Table, TableColumn } from '../../server/types.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { Panel } from './panel.tsx';
import { type EditedRow, RowDialog } from './row-dialog.tsx';

const PAGE = 50;

/** Up, down, and as the table has it. */
const turned = (sort: Sort | undefined, column: string): Sort | undefined =>
  sort?.column !== column
    ? { column, direction: 'asc' }
    : sort.direction === 'asc'
      ? { column, direction: 'desc' }
      : undefined;

/** The rows of one table, a page at a time; a row is opened to be changed. */
export const TablePage = ({
  table,
  moment,
  onChanged,
}: {
  readonly table: Table;
  readonly moment: string;
  readonly onChanged: () => void;
}) => {
  const api = useSessionApi();
  const [offset, setOffset] = useState(0);
  const [sort, setSort] = useState<Sort>();
  const [editing, setEditing] = useState<EditedRow | 'new'>();
  const rows = useLoaded(
    (signal) => api.rows(table.name, { offset, limit: PAGE, sort }, signal),
    `${table.name}:${offset}:${sort?.column}:${sort?.direction}:${moment}`,
  );
  return (
    <Panel title={table.name} loaded={rows}>
      {(page) => (
        <>
          <Scroll label={`Rows of ${table.name}`} className="rounded-xl border border-line">
            <table className="w-full text-left text-small">
              <thead>
                <tr className="border-b border-line">
                  {page.columns.map((column) => (
                    <Heading
                      key={column.name}
                      column={column}
                      isKey={page.key.includes(column.name)}
                      sort={sort}
                      onSort={() => {
                        setOffset(0);
                        setSort(turned(sort, column.name));
                      }}
                    />
                  ))}
                  {page.key.length === 0 ? null : (
                    <th className="w-10">
                      <span className="sr-only">Edit</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody className="divide-y divide-line">
                {page.rows.map((row, index) => (
                  <Row
                    // biome-ignore lint/suspicious/noArrayIndexKey: a row without a key has nothing else
                    key={index}
                    page={page}
                    row={row}
                    number={offset + index + 1}
                    onEdit={() => setEditing({ row, version: page.versions[index] ?? '' })}
                  />
                ))}
              </tbody>
            </table>
          </Scroll>
          <div className="mt-2 flex flex-wrap items-center justify-between gap-2 text-small text-ink-3 tabular">
            <p>
              {page.rows.length === 0
                ? 'No rows yet'
                : `Rows ${offset + 1} to ${offset + page.rows.length} of ${table.rows.toLocaleString()}`}
              {page.key.length === 0 ? '. Without a primary key rows are edited with SQL.' : ''}
            </p>
            <div className="flex gap-1">
              {table.rows > PAGE ? (
                <>
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
                    disabled={offset + page.rows.length >= table.rows}
                    onClick={() => setOffset(offset + PAGE)}
                  >
                    Later
                  </Button>
                </>
              ) : null}
              <Button small onClick={() => setEditing('new')}>
                Add a row
              </Button>
            </div>
          </div>
          {editing === undefined ? null : (
            <RowDialog
              table={table.name}
              columns={page.columns}
              primaryKey={page.key}
              edited={editing === 'new' ? undefined : editing}
              onClose={() => setEditing(undefined)}
              onChanged={onChanged}
            />
          )}
        </>
      )}
    </Panel>
  );
};

const Heading = ({
  column: { name, type },
  isKey,
  sort,
  onSort,
}: {
  readonly column: TableColumn;
  readonly isKey: boolean;
  readonly sort: Sort | undefined;
  readonly onSort: () => void;
}) => {
  const direction = sort?.column === name ? sort.direction : undefined;
  return (
    <th
      aria-sort={direction === undefined ? 'none' : direction === 'asc' ? 'ascending' : 'descending'}
      className="align-bottom font-medium whitespace-nowrap"
    >
      <button
        type="button"
        title={`Sort by ${name}`}
        onClick={onSort}
        className="block w-full px-3 py-2 text-left hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <span className="flex items-center gap-1">
          {name}
          {direction === undefined ? null : direction === 'asc' ? (
            <ArrowUp aria-hidden="true" className="size-3.5" />
          ) : (
            <ArrowDown aria-hidden="true" className="size-3.5" />
          )}
        </span>
        <span className="block font-normal text-ink-3">
          {type}
          {isKey ? ', key' : ''}
        </span>
      </button>
    </th>
  );
};

const Row = ({
  page,
  row,
  number,
  onEdit,
}: {
  readonly page: Page;
  readonly row: readonly (string | null)[];
  readonly number: number;
  readonly onEdit: () => void;
}) => (
  <tr className="hover:bg-canvas">
    {page.columns.map(({ name }, column) => (
      <td
        key={name}
        className={cx('max-w-72 truncate px-3 py-1.5 tabular', row[column] === null && 'text-ink-3 italic')}
        title={row[column] ?? undefined}
      >
        {row[column] ?? 'null'}
      </td>
    ))}
    {page.key.length === 0 ? null : (
      <td className="pr-1.5 text-right">
        <IconButton label={`Edit row ${number}`} onClick={onEdit} className="size-7">
          <Pencil className="size-3.5" />
        </IconButton>
      </td>
    )}
  </tr>
);
