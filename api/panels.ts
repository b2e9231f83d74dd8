import type { Readable } from 'node:stream';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../commands/ports/services.ts';
import type {
  Analytics,
  Clone,
  CommitDiff,
  FileContent,
  FileList,
  Mailbox,
  RowChange,
  RowRange,
  SearchResult,
  SqlResult,
  Table,
  TablePage,
} from '../projections/panels.ts';

export type * from '../projections/panels.ts';

export type SessionRef = {
  readonly sessionId: string;
  readonly slug: string;
  /** The commit its code is at, once there is one. */
  readonly at?: string;
};

/**
 * What the session's backend holds, read for its owner. Everything that comes back was written by the app or the agent
 * and is untrusted: it leaves as JSON, never as a page. A name or commit that does not exist fails with a code of
 * `NOT_FOUND_CODES`.
 */
export type Panels = {
  readonly tables: (session: SessionRef) => Read<{ readonly tables: readonly Table[] }>;
  readonly rows: (session: SessionRef, table: string, range: RowRange) => Read<TablePage>;
  /** One row, by its primary key, on the session's own role. */
  readonly changeRow: (
    session: SessionRef,
    table: string,
    change: RowChange,
  ) => Read<{ readonly rows: number }>;
  /** One statement on the session's own role; `read` in a transaction that cannot write. */
  readonly sql: (session: SessionRef, statement: string, mode: 'read' | 'write') => Read<SqlResult>;
  readonly mail: (session: SessionRef) => Read<Mailbox>;
  readonly analytics: (session: SessionRef) => Read<Analytics>;
  /** Files of a commit; without `sha`, of the newest one. */
  readonly files: (session: SessionRef, sha?: string) => Read<FileList>;
  readonly file: (session: SessionRef, path: string, sha?: string) => Read<FileContent>;
  /** What a commit changed against its parent. */
  readonly diff: (session: SessionRef, sha: string) => Read<CommitDiff>;
  readonly search: (session: SessionRef, text: string, sha?: string) => Read<SearchResult>;
  /** The app to take along, as it is made; `variables` are the names in its `.env.example`. */
  readonly exportZip: (session: SessionRef, variables: readonly string[]) => Read<Readable>;
  /** A fresh, short-lived credential inside a URL, for `git clone`. */
  readonly clone: (session: SessionRef) => Read<Clone>;
};

type Read<A> = TaskEither<ProviderError, A>;

export const NOT_FOUND_CODES: ReadonlySet<string> = new Set([
  'not_found',
  'unknown_table',
  'unknown_file',
  'unknown_commit',
  'unknown_repository',
  'kept_elsewhere',
]);

/** What was asked is refused as it is, and asked differently it may not be: `message` says how. */
export const REFUSED_CODES: ReadonlySet<string> = new Set([
  'sql_refused',
  'sql_timeout',
  'sql_too_much',
  'unknown_column',
  'column_generated',
  'no_primary_key',
  'key_invalid',
  'nothing_changed',
]);

/** Something else has happened since: look again, then ask again. */
export const CONFLICT_CODES: ReadonlySet<string> = new Set(['row_changed']);
