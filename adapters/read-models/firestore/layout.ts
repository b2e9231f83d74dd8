import type { CollectionReference, DocumentReference, Firestore } from 'firebase-admin/firestore';
import { documentId } from '../../firestore/ids.ts';

/**
 * A table is `<prefix>_views/<table>`, which holds its checkpoint, with its rows, the parts of those that are too large
 * for a document, and its redo log below. Which tables a projection has is in one document,
 * `<prefix>_projections/<projection>`, so that a switch is one write. Whose views they are is in
 * `<prefix>_views_of/log`.
 */
export type Layout = {
  readonly log: DocumentReference;
  readonly projection: (name: string) => DocumentReference;
  readonly tables: CollectionReference;
  readonly table: (name: string) => DocumentReference;
  readonly rows: (table: string) => CollectionReference;
  readonly row: (table: string, key: string) => DocumentReference;
  readonly parts: (table: string) => CollectionReference;
  readonly part: (table: string, name: string) => DocumentReference;
  readonly redo: (table: string) => CollectionReference;
};

export const viewsLayout = (db: Firestore, prefix: string): Layout => {
  const tables = db.collection(`${prefix}_views`);
  const table = (name: string) => tables.doc(documentId(name));
  const rows = (name: string) => table(name).collection('rows');
  const parts = (name: string) => table(name).collection('parts');
  return {
    log: db.collection(`${prefix}_views_of`).doc('log'),
    projection: (name) => db.collection(`${prefix}_projections`).doc(documentId(name)),
    tables,
    table,
    rows,
    row: (name, key) => rows(name).doc(documentId(key)),
    parts,
    part: (name, part) => parts(name).doc(part),
    redo: (name) => table(name).collection('redo'),
  };
};
