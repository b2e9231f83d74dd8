import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../commands/ports/services.ts';

export type SessionRef = { readonly sessionId: string; readonly slug: string };

/**
 * What the session's backend holds, read for its owner. Everything that comes back was written by the app or the agent
 * and is untrusted: it leaves as JSON, never as a page. A name or commit that does not exist fails with a code of
 * `NOT_FOUND_CODES`.
 */
export type Panels = {
  readonly tables: (session: SessionRef) => Read<{ readonly tables: readonly Table[] }>;
  readonly rows: (
    session: SessionRef,
    table: string,
    range: { readonly limit: number; readonly offset: number },
  ) => Read<TablePage>;
  readonly mail: (session: SessionRef) => Read<Mailbox>;
  readonly analytics: (session: SessionRef) => Read<Analytics>;
  /** Files of a commit; without `sha`, of the newest one. */
  readonly files: (session: SessionRef, sha?: string) => Read<FileList>;
  readonly file: (session: SessionRef, path: string, sha?: string) => Read<FileContent>;
  /** What a commit changed against its parent. */
  readonly diff: (session: SessionRef, sha: string) => Read<CommitDiff>;
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
]);

export type Table = {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};
export type TablePage = {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
};
export type Mailbox = {
  readonly mails: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: readonly string[];
    readonly subject: string;
    readonly text: string | null;
    readonly html: string | null;
    readonly at: string;
  }[];
  readonly contacts: readonly { readonly email: string; readonly at: string }[];
};
export type Analytics = {
  readonly events: readonly { readonly event: string; readonly count: number }[];
  readonly recent: readonly { readonly event: string; readonly at: string }[];
};
export type FileList = {
  readonly sha: string;
  /** No `size` for what is no plain file: a link to another repository. */
  readonly files: readonly { readonly path: string; readonly size?: number | undefined }[];
};
export type FileContent = { readonly path: string; readonly content: string; readonly truncated: boolean };
export type CommitDiff = {
  readonly sha: string;
  readonly files: readonly { readonly path: string; readonly status: string; readonly patch: string }[];
};
export type Clone = { readonly url: string; readonly command: string; readonly expiresAt: string };
