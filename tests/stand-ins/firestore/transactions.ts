import { randomUUID } from 'node:crypto';
import type { Documents } from './documents.ts';
import { runQuery } from './query.ts';
import { type Document, grpcError, type StructuredQuery, type Timestamp, type Write } from './wire.ts';

type Transaction = {
  readonly documents: Map<string, Timestamp | undefined>;
  readonly queries: { readonly parent: string; readonly query: StructuredQuery; readonly saw: string }[];
};

const fingerprint = (found: readonly Document[]): string =>
  found.map(({ name, updateTime }) => `${name}@${updateTime.seconds}.${updateTime.nanos}`).join('\n');

/**
 * Transactions with optimistic concurrency control, one of the two modes of a Firestore database
 * (https://firebase.google.com/docs/firestore/transaction-data-contention): nothing is locked, and a commit is ABORTED
 * where anything the transaction has read, documents that were not there included, has changed since.
 */
export const transactions = (documents: Documents) => {
  const open = new Map<string, Transaction>();
  const of = (id: Buffer): Transaction => {
    const found = open.get(id.toString());
    if (found === undefined)
      throw grpcError('INVALID_ARGUMENT', 'The referenced transaction has expired or is no longer valid.');
    return found;
  };

  return {
    begin: (): Buffer => {
      const id = randomUUID();
      open.set(id, { documents: new Map(), queries: [] });
      return Buffer.from(id);
    },
    rollback: (id: Buffer): void => void open.delete(id.toString()),
    read: (id: Buffer, name: string, found: Document | undefined): void =>
      void of(id).documents.set(name, found?.updateTime),
    asked: (id: Buffer, parent: string, query: StructuredQuery, found: readonly Document[]): void =>
      void of(id).queries.push({ parent, query, saw: fingerprint(found) }),
    commit: (id: Buffer, writes: readonly Write[]): Timestamp => {
      const { documents: read, queries } = of(id);
      open.delete(id.toString());
      const isStale =
        [...read].some(([name, at]) => documents.get(name)?.updateTime !== at) ||
        queries.some(({ parent, query, saw }) => fingerprint(runQuery(documents, parent, query)) !== saw);
      if (isStale && writes.length > 0)
        throw grpcError('ABORTED', 'Too much contention on these documents. Please try again.');
      return documents.commit(writes);
    },
  };
};
