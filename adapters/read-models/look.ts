import * as Either from 'fp-ts/lib/Either.js';
import type { TableRole } from '../../projections/ports.ts';
import type { OpenError } from '../sqlite-file/open-error.ts';
import { openSqliteFileForReading } from '../sqlite-file/open-file.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';

export type SeenTable = {
  readonly projection: string;
  readonly table: string;
  readonly role: TableRole;
  readonly checkpoint?: string;
};

/** Which tables there are and how far each is, from outside, also while a server writes them. */
export const lookAtReadModels = (file: string): Either.Either<OpenError, readonly SeenTable[]> => {
  const opened = openSqliteFileForReading({
    file,
    what: 'read models',
    applicationId: APPLICATION_ID,
    migrations: MIGRATIONS,
    busyTimeoutMs: 5_000,
  });
  if (Either.isLeft(opened)) return opened;
  const rows = opened.right
    .prepare(
      `SELECT projection, name, role, position FROM tables LEFT JOIN checkpoints ON tbl = name
       WHERE role <> 'dropped' ORDER BY projection, role = 'serving' DESC, name`,
    )
    .all();
  opened.right.close();
  return Either.right(
    rows.map(({ projection, name, role, position }) => ({
      projection: String(projection),
      table: String(name),
      role: role as TableRole,
      ...(typeof position === 'string' ? { checkpoint: position } : {}),
    })),
  );
};
