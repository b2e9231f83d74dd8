/** What the panels of a session answer with: the same on both sides of the wire. Nothing here is folded from events. */

export type TableColumn = {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string;
  /** The database writes it itself. */
  readonly generated?: true;
};
/** `rows` is exact up to 100,000; above that it is the planner's estimate. */
export type Table = {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  /** Columns of its primary key: rows of a table without one cannot be told apart, and not be edited. */
  readonly key: readonly string[];
};
/** Every value is the text Postgres writes it in, cut at 1,000 characters; `null` is SQL's. */
export type TablePage = {
  readonly columns: readonly TableColumn[];
  readonly key: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** The version of each row, to be named by a change of it. */
  readonly versions: readonly string[];
};
export type Sort = { readonly column: string; readonly direction: 'asc' | 'desc' };
export type RowRange = {
  readonly limit: number;
  readonly offset: number;
  readonly sort?: Sort | undefined;
};
export type RowValues = Readonly<Record<string, string | null>>;
export type RowChange =
  | { readonly kind: 'insert'; readonly values: RowValues }
  | {
      readonly kind: 'update';
      readonly key: RowValues;
      readonly version: string;
      readonly values: RowValues;
    }
  | { readonly kind: 'delete'; readonly key: RowValues; readonly version: string };
export type SqlResult = {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly truncated: boolean;
  readonly affected?: number;
};
/** `html` is the sender's and hostile: never render it on an origin of ours. */
export type Mail = {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly at: string;
};
export type Mailbox = {
  readonly mails: readonly Mail[];
  readonly contacts: readonly { readonly email: string; readonly at: string }[];
};
export type Analytics = {
  readonly events: readonly { readonly event: string; readonly count: number }[];
  readonly recent: readonly { readonly event: string; readonly at: string }[];
  /** How often each day (UTC), oldest first, of the last thirty; days without any are left out. */
  readonly days: readonly { readonly day: string; readonly event: string; readonly count: number }[];
};
export type FileList = {
  readonly sha: string;
  /** No `size` for what is no plain file: a link to another repository. */
  readonly files: readonly { readonly path: string; readonly size?: number | undefined }[];
};
export type FileContent = {
  readonly path: string;
  /** The commit it was read at. */
  readonly sha: string;
  /** What a save of it names as what was edited. */
  readonly oid: string;
  readonly size: number;
  /** Empty where `binary`; of a link, what it points at. */
  readonly content: string;
  readonly truncated: boolean;
  readonly binary: boolean;
  readonly link: boolean;
};
export type SearchResult = {
  readonly sha: string;
  readonly hits: readonly { readonly path: string; readonly line: number; readonly text: string }[];
  readonly truncated: boolean;
};
export type CommitDiff = {
  readonly sha: string;
  readonly files: readonly { readonly path: string; readonly status: string; readonly patch: string }[];
};
export type Clone = { readonly url: string; readonly command: string; readonly expiresAt: string };
