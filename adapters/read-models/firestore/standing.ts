import type { DocumentReference, DocumentSnapshot, Firestore, Transaction } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import type { Layout } from './layout.ts';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What the document of a table says. `redoCounts`: what is in its redo log has happened, and is not all in its place. */
export type Standing = {
  readonly checkpoint: string | undefined;
  readonly redoCounts: boolean;
  readonly redoTo: string | undefined;
  /** Who fills the redo log. */
  readonly redoBy: string | undefined;
};

export const standingOf = (found: DocumentSnapshot): Standing => ({
  checkpoint: textOf(found.get('checkpoint')),
  redoCounts: found.get('redoCounts') === 'yes',
  redoTo: textOf(found.get('redoTo')),
  redoBy: textOf(found.get('redoBy')),
});

export const checkpointField = (checkpoint: string | undefined) =>
  checkpoint === undefined ? {} : { checkpoint };

/**
 * How far each table was when this process last looked or wrote. Every write is a transaction with the table's
 * document: one that does not find it as it was is refused, so that of two servers with the same events one applies them.
 */
export const tableStandings = (db: Firestore, layout: Layout) => {
  const known = new Map<string, string | undefined>();

  const look = async (transaction: Transaction, table: string): Promise<Standing> =>
    standingOf(await transaction.get(layout.table(table)));

  /** `written`: just that was written already, and the answer lost. Throws `Overtaken`. */
  const expect = (table: string, { checkpoint, redoCounts }: Standing, to: string | undefined) => {
    if (!redoCounts && (!known.has(table) || known.get(table) === checkpoint)) return 'as known';
    if (!redoCounts && to !== undefined && to === checkpoint) return 'written';
    throw new Overtaken(table);
  };

  return {
    look,
    expect,
    learn: (table: string, checkpoint: string | undefined): void => void known.set(table, checkpoint),
    forget: (table: string): void => void known.delete(table),
    /** One transaction over the table as this process knows it; `to` is the checkpoint it writes, if any. */
    write: (
      table: string,
      to: string | undefined,
      writes: (transaction: Transaction, document: DocumentReference) => void,
    ): Promise<void> =>
      db.runTransaction(async (transaction) => {
        if (expect(table, await look(transaction, table), to) === 'as known')
          writes(transaction, layout.table(table));
      }),
  };
};

export type TableStandings = ReturnType<typeof tableStandings>;
