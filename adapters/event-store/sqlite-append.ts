import type { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import type { AppendError, Appended } from '../../commands/ports/event-store.ts';
import { checksumOf } from './checksum.ts';
import type { EventRow } from './sqlite-rows.ts';

export type AppendRequest = {
  readonly stream: string;
  readonly expected: number;
  readonly rows: readonly EventRow[];
};

type Head = { readonly number: number; readonly revision: number; readonly position: number };

/**
 * Appends inside a transaction that is already open. The expected revision is judged under the write lock and every
 * row is made before, so what is left to fail (disk, memory) fails the whole transaction.
 */
export const preparedAppend = (db: DatabaseSync) => {
  const selectHead = db.prepare(`
    SELECT s.id, e.revision, e.position FROM streams s JOIN events e ON e.stream = s.id
    WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1`);
  selectHead.setReturnArrays(true);
  const selectIds = db.prepare(
    'SELECT id, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
  );
  const insertStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
  const insertEvent = db.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  const headOf = (stream: string): Head | undefined => {
    const row: unknown = selectHead.get(stream);
    if (!Array.isArray(row)) return undefined;
    const [number, revision, position] = row;
    return { number, revision, position };
  };

  const conflict = (request: AppendRequest, actual: number): Either.Either<AppendError, never> =>
    Either.left({ tag: 'RevisionConflict', stream: request.stream, expected: request.expected, actual });

  const answeredBefore = (request: AppendRequest, head: Head): Either.Either<AppendError, Appended> => {
    const { expected, rows } = request;
    const kept = selectIds.all(head.number, expected, rows.length);
    const last = kept.at(-1);
    const same = kept.length === rows.length && rows.every((row, index) => kept[index]?.id === row.id);
    if (!same || last === undefined) return conflict(request, head.revision);
    return Either.right({ revision: expected + rows.length, position: String(last.position) });
  };

  return (request: AppendRequest): Either.Either<AppendError, Appended> => {
    const { stream, expected, rows } = request;
    const head = headOf(stream);
    const actual = head?.revision ?? -1;
    if (expected !== actual) {
      const maybeBefore = head !== undefined && expected >= -1 && expected < actual;
      return maybeBefore ? answeredBefore(request, head) : conflict(request, actual);
    }
    if (rows.length === 0) return Either.right({ revision: actual, position: String(head?.position ?? 0) });

    const number = head?.number ?? insertStream.run(stream).lastInsertRowid;
    let revision = actual;
    let position: number | bigint = 0;
    for (const row of rows) {
      revision += 1;
      const { id, type, data, metadata } = row;
      const checksum = checksumOf(stream, revision, row);
      position = insertEvent.run(number, revision, id, type, data, metadata, checksum).lastInsertRowid;
    }
    return Either.right({ revision, position: String(position) });
  };
};
