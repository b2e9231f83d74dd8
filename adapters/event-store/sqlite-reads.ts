import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventStore, StoredEvent, Unwanted } from '../../commands/ports/event-store.ts';
import { DamagedRow, type StoredRow, toStored } from './sqlite-rows.ts';

const COLUMNS = 'e.position, s.name, e.revision, e.id, e.type, e.data, e.metadata, e.checksum';

/** The schema is STRICT, which makes the row type true; where a file is damaged, the checksum finds out. */
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

/**
 * One statement for each set of types somebody does not want, which is a projection's own. The last event is read in
 * any case: its position is where the next read begins.
 */
const preparedAll = (db: DatabaseSync) => {
  const statements = new Map<Unwanted | undefined, StatementSync>();
  const prepared = (without: Unwanted | undefined): StatementSync => {
    const types = [...(without ?? [])].map(() => '?').join();
    const wanted =
      types === '' ? '' : `AND (e.type NOT IN (${types}) OR e.position = (SELECT max(position) FROM events))`;
    // CROSS JOIN fixes the order of the loops: the log by position, each row's name after it.
    const statement = db.prepare(`
      SELECT ${COLUMNS} FROM events e CROSS JOIN streams s ON s.id = e.stream
      WHERE e.position > ? ${wanted} ORDER BY e.position LIMIT ?`);
    statement.setReturnArrays(true);
    return statement;
  };
  return (after: number, limit: number, without?: Unwanted): readonly StoredRow[] => {
    const statement = statements.get(without) ?? prepared(without);
    statements.set(without, statement);
    return rowsOf(statement, after, ...(without ?? []), limit);
  };
};

export const preparedReads = (db: DatabaseSync) => {
  const stream = db.prepare(`
    SELECT ${COLUMNS} FROM streams s JOIN events e ON e.stream = s.id
    WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`);
  const all = preparedAll(db);
  const head = db.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1');
  stream.setReturnArrays(true);

  return {
    stream: (
      name: string,
      { from = 0, limit = NO_LIMIT }: { readonly from?: number; readonly limit?: number } = {},
    ): readonly StoredEvent[] => {
      const events = rowsOf(stream, name, from, limit).map(toStored);
      const hole = events.findIndex(({ revision }, index) => revision !== from + index);
      if (hole !== -1) throw new DamagedRow(`event ${from + hole} of ${name} is missing`);
      return events;
    },
    all: ({ after, limit, without }: Parameters<EventStore['readAll']>[0]): readonly StoredEvent[] =>
      all(positionOf(after), limit, without).map(toStored),
    head: (): string | undefined => {
      const row = head.get();
      return row === undefined ? undefined : String(row.position);
    },
  };
};
