import { randomUUID } from 'node:crypto';
import type { DocumentReference, DocumentSnapshot, Firestore, Transaction } from 'firebase-admin/firestore';
import { Overtaken } from '../../../projections/overtaken.ts';
import type { Written } from '../../../projections/ports.ts';
import type { Layout } from './layout.ts';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What the document of a table says. `redoCounts`: what is in its redo log has happened, and is not all in its place. */
export type Standing = {
  readonly exists: boolean;
  readonly checkpoint: string | undefined;
  /** The write that brought it there, by a name of its own. */
  readonly writtenBy: string | undefined;
  readonly redoCounts: boolean;
  readonly redoTo: string | undefined;
  /** Who fills the redo log. */
  readonly redoBy: string | undefined;
  /** How long nobody has changed it: both times are Firestore's, and no clock of a server is asked. */
  readonly unchangedMs: number;
};

export const standingOf = (found: DocumentSnapshot): Standing => ({
  exists: found.exists,
  checkpoint: textOf(found.get('checkpoint')),
  writtenBy: textOf(found.get('writtenBy')),
  redoCounts: found.get('redoCounts') === 'yes',
  redoTo: textOf(found.get('redoTo')),
  redoBy: textOf(found.get('redoBy')),
  unchangedMs: found.updateTime === undefined ? 0 : found.readTime.toMillis() - found.updateTime.toMillis(),
});

/** How far a table is, and whether there is one at all. */
export type Found = Pick<Standing, 'exists' | 'checkpoint'>;

/** What a write is to leave in the document of its table. */
export type Aim = { readonly checkpoint: string | undefined; readonly writtenBy: string };

export const aimAt = (checkpoint: string | undefined): Aim => ({ checkpoint, writtenBy: randomUUID() });

export const checkpointFields = ({ checkpoint, writtenBy }: Aim) =>
  checkpoint === undefined ? {} : { checkpoint, writtenBy };

/**
 * How far each table was when this process last looked or wrote. Every write is a transaction with the table's
 * document: one that does not find it as it was is refused, so that of two servers with the same events one applies them.
 */
export const tableStandings = (db: Firestore, layout: Layout) => {
  const known = new Map<string, Found>();

  const look = async (transaction: Transaction, table: string): Promise<Standing> =>
    standingOf(await transaction.get(layout.table(table)));

  /**
   * Whether the write is still to be made: or just that was written already and the answer lost (`here`), or another
   * server has come to the same end (`elsewhere`), perhaps from another beginning. Throws `Overtaken`.
   */
  const expect = (table: string, standing: Standing, aim: Aim): 'due' | Written => {
    const { exists, checkpoint, redoCounts, writtenBy } = standing;
    const seen = known.get(table);
    if (redoCounts) throw new Overtaken(table);
    // It was dropped: a write would make it anew, for nobody.
    if (seen?.exists && !exists) throw new Overtaken(table);
    if (seen === undefined || seen.checkpoint === checkpoint) return 'due';
    if (aim.checkpoint === undefined || aim.checkpoint !== checkpoint) throw new Overtaken(table);
    return writtenBy === aim.writtenBy ? 'here' : 'elsewhere';
  };

  return {
    look,
    expect,
    learn: (table: string, found: Found): void => void known.set(table, found),
    /** One transaction over the table as this process knows it. */
    write: (
      table: string,
      aim: Aim,
      writes: (transaction: Transaction, document: DocumentReference, standing: Standing) => void,
    ): Promise<Written> =>
      db.runTransaction(async (transaction) => {
        const standing = await look(transaction, table);
        const found = expect(table, standing, aim);
        if (found !== 'due') return found;
        writes(transaction, layout.table(table), standing);
        return 'here';
      }),
  };
};

export type TableStandings = ReturnType<typeof tableStandings>;
