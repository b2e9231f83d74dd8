import { useState } from 'react';
import type { RowChange, RowValues, TableColumn } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { Cell } from './row-cell.tsx';

export type EditedRow = { readonly row: readonly (string | null)[]; readonly version: string };

/** Longer values arrive cut, and are left alone. */
const SHOWN_CHARS = 1_000;

/** One row, column by column: a new one, or one that is changed or deleted by its key. */
export const RowDialog = ({
  table,
  columns,
  primaryKey,
  edited,
  onClose,
  onChanged,
}: {
  readonly table: string;
  readonly columns: readonly TableColumn[];
  readonly primaryKey: readonly string[];
  readonly edited: EditedRow | undefined;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) => {
  const api = useSessionApi();
  const [values, setValues] = useState<RowValues>({});
  const [isDeleting, setDeleting] = useState(false);
  const before = (name: string): string | null | undefined =>
    edited?.row[columns.findIndex((column) => column.name === name)];
  const key = Object.fromEntries(primaryKey.map((name) => [name, before(name) ?? null]));
  const send = useCommand(async (change: RowChange) => {
    await api.changeRow(table, change);
    onChanged();
    onClose();
  });
  const set = (name: string, value: string | null | undefined): void => {
    const { [name]: _before, ...rest } = values;
    setValues(value === undefined ? rest : { ...rest, [name]: value });
  };
  const isUnchanged = edited !== undefined && Object.keys(values).length === 0;
  return (
    <Dialog
      title={edited === undefined ? `Add a row to ${table}` : `Edit a row of ${table}`}
      onClose={onClose}
    >
      <form
        className="mt-3"
        onSubmit={(event) => {
          event.preventDefault();
          void send.run(
            edited === undefined
              ? { kind: 'insert', values }
              : { kind: 'update', key, version: edited.version, values },
          );
        }}
      >
        <div className="-mx-1 max-h-[55dvh] space-y-3 overflow-y-auto px-1 pb-1">
          {columns.map((column, index) => {
            const value = before(column.name);
            return (
              <Cell
                key={column.name}
                column={column}
                isFirst={index === 0}
                isCut={typeof value === 'string' && value.length >= SHOWN_CHARS}
                isNew={edited === undefined}
                before={value}
                value={values[column.name]}
                onValue={(next) => set(column.name, next)}
              />
            );
          })}
        </div>
        {send.problem === undefined ? null : <Notice className="mt-3">{send.problem}</Notice>}
        <div className="mt-5 flex flex-wrap justify-end gap-2">
          {edited === undefined ? null : isDeleting ? (
            <Button
              look="danger"
              className="mr-auto"
              disabled={send.busy}
              onClick={() => void send.run({ kind: 'delete', key, version: edited.version })}
            >
              Delete for good
            </Button>
          ) : (
            <Button look="quiet" className="mr-auto" onClick={() => setDeleting(true)}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" disabled={send.busy || isUnchanged} aria-busy={send.busy}>
            {edited === undefined ? 'Add' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
