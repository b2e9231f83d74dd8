import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import { damaged, foreign, type OpenError, openFailure, tooNew } from './open-error.ts';
import { pragma } from './pragma.ts';

/** First bytes of every database: https://sqlite.org/fileformat.html#the_database_header */
const MAGIC = 'SQLite format 3\0';

const header = (file: string): string => {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    readSync(handle, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1');
  } finally {
    closeSync(handle);
  }
};

type Expected = { readonly what: string; readonly applicationId: number; readonly version: number };

const judge = (db: DatabaseSync, file: string, { what, applicationId, version }: Expected) => {
  if (pragma(db, 'application_id') !== applicationId) return Either.left(foreign(file, what));
  const found = pragma(db, 'user_version');
  if (found > version) return Either.left(tooNew(file, what, found, version));
  const check = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  return check === 'ok' ? Either.right(undefined) : Either.left(damaged(file, what, String(check)));
};

/**
 * Whether the file is whole and ours. Read-only on purpose: a writable connection would fold the write-ahead log into
 * the file when it closes, and so change the evidence.
 */
export const inspectFile = (file: string, expected: Expected): Either.Either<OpenError, undefined> => {
  try {
    if (header(file) !== MAGIC) {
      return Either.left(damaged(file, expected.what, 'it does not begin like a SQLite database'));
    }
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      return judge(db, file, expected);
    } finally {
      db.close();
    }
  } catch (error) {
    return Either.left(openFailure(file, expected.what, error));
  }
};
