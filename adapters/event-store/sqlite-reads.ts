import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { type StoredRow, toStored } from './sqlite-rows.ts';

const COLUMNS = 'e.position, s.name, e.revision, e.id, e.type, e.data, e.metadata';

/** The schema is STRICT, which is what makes the row type true. */
const rowsOf = (statement: StatementSync, ...values: readonly (string | number)[]): readonly StoredRow[] =>
  statement.all(...values) as unknown as readonly StoredRow[];

const positionOf = (text: string | undefined): number => {
  if (text === undefined) return 0;
  if (!/^\d{1,16}$/.test(text))
    throw new RangeError(`"${text.slice(0, 40)}" is not a position of this event store`);
  return Number(text);
};

/** SQLite reads a negative limit as none. */
const NO_LIMIT = -1;

export const preparedReads = (db: DatabaseSync) => {
  const stream = db.prepare(`
    SELECT ${COLUMNS} FROM streams s JOIN events e ON e.stream = s.id
    WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`);
  // CROSS JOIN fixes the order of the loops: the log by position, each row's name after it.
  const all = db.prepare(`
    SELECT ${COLUMNS} FROM events e CROSS JOIN streams s ON s.id = e.stream
    WHERE e.position > ? ORDER BY e.position LIMIT ?`);
  const head = db.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1');
  stream.setReturnArrays(true);
  all.setReturnArrays(true);

  return {
    stream: (
      name: string,
      { from = 0, limit = NO_LIMIT }: { readonly from?: number; readonly limit?: number } = {},
    ): readonly StoredEvent[] => rowsOf(stream, name, from, limit).map((row) => toStored(row)),
    all: ({ after, limit, without }: Parameters<EventStore['readAll']>[0]): readonly StoredEvent[] =>
      rowsOf(all, positionOf(after), limit).map((row) => toStored(row, without)),
    head: (): string | undefined => {
      const row = head.get();
      return row === undefined ? undefined : String(row.position);
    },
  };
};
