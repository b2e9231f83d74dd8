import type { DocumentSnapshot, Firestore, Transaction } from 'firebase-admin/firestore';
import type { Row } from '../../../projections/ports.ts';
import type { Layout } from './layout.ts';
import { docOf, type Part, partNames } from './rows.ts';

/** How often a row may be written over while somebody reads it. */
const MOST_LOOKS = 5;

/** Rows too large for one document: each names its parts, which are documents of their own beside the rows. */
export const rowParts = (db: Firestore, layout: Layout) => {
  const contents = async (
    table: string,
    names: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[]> => {
    if (names.length === 0) return [];
    const found = await db.getAll(...names.map((name) => layout.part(table, name)));
    return found.map((part) => part.get('gzip') as Uint8Array | undefined);
  };

  const whole = async (table: string, row: DocumentSnapshot, looks = 1): Promise<unknown> => {
    const parts = await contents(table, partNames(row));
    if (parts.every((part) => part !== undefined)) return docOf(row, parts);
    if (looks >= MOST_LOOKS) throw new Error(`a part of ${row.ref.path} is missing`);
    // The row was written over since, and its parts are gone with what it was.
    return whole(table, await row.ref.get(), looks + 1);
  };

  /** Rows that have parts now, by key, with the names of them: they are to go once the row is written over. */
  const named = async (
    table: string,
    rows: readonly Row[],
  ): Promise<ReadonlyMap<string, readonly string[]>> => {
    if (rows.length === 0) return new Map();
    // Most tables never have any: one look then, and not one for every row.
    const { empty } = await layout.parts(table).select().limit(1).get();
    if (empty) return new Map();
    const references = rows.map(({ key }) => layout.row(table, key));
    const found = await db.getAll(...references, { fieldMask: ['parts'] });
    return new Map(rows.map(({ key }, at) => [key, found[at] === undefined ? [] : partNames(found[at])]));
  };

  return {
    whole,
    named,
    put: (transaction: Transaction, table: string, { name, bytes }: Part): void => {
      transaction.set(layout.part(table, name), { gzip: bytes });
    },
    remove: (transaction: Transaction, table: string, names: readonly string[]): void => {
      for (const name of names) transaction.delete(layout.part(table, name));
    },
  };
};

export type RowParts = ReturnType<typeof rowParts>;
