import type { ServiceName } from '../../../domain/services.ts';
import type { PublicEvent } from '../../../projections/live.ts';
import type { PoolView, SessionListItem } from '../../../projections/views.ts';

/** Answers of the HTTP API that are not views; see `/docs` of a running server for the schemas. */

export type Config = {
  readonly firebase: { readonly apiKey: string; readonly projectId: string; readonly authDomain: string };
  /** Set where identity is embedded: the server's own origin. */
  readonly authEmulatorUrl?: string;
  /** Holds `{slug}`, e.g. `http://{slug}.preview.localhost:3000`. */
  readonly previewUrl: string;
  readonly isolation: { readonly tier: string; readonly summary: string };
  readonly agent: string;
  readonly embedded: readonly string[];
  readonly limits: {
    readonly promptChars: number;
    /** Days after which an app nobody uses is deleted; 0: never. */
    readonly idleDays: number;
  };
};

export type Warm = { readonly parts: PoolView['parts']; readonly ready: number };
export type Sessions = { readonly sessions: readonly SessionListItem[] };
export type Created = {
  readonly sessionId: string;
  readonly slug: string;
  readonly revision: number;
  readonly source: 'pool' | 'cold';
};
export type Accepted = { readonly revision: number };
export type AcceptedTurn = Accepted & { readonly turnId: string };

export type EventPage = { readonly events: readonly PublicEvent[]; readonly head: number };
export type Verification = {
  readonly events: number;
  readonly firstBad?: { readonly pos: number; readonly reason: string };
};

export type FileList = {
  readonly sha: string;
  readonly files: readonly { readonly path: string; readonly size?: number }[];
};
export type FileContent = { readonly path: string; readonly content: string; readonly truncated: boolean };
export type CommitDiff = {
  readonly sha: string;
  readonly files: readonly { readonly path: string; readonly status: string; readonly patch: string }[];
};

export type Table = {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};
export type Database = { readonly tables: readonly Table[] };
/** Every value arrives as the text Postgres writes it in. */
export type TableRows = {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
};

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
};
export type Variables = {
  readonly version: number;
  readonly variables: readonly {
    readonly name: string;
    readonly masked: string;
    readonly service: ServiceName | 'yours';
  }[];
};
export type Clone = { readonly url: string; readonly command: string; readonly expiresAt: string };
export type Ticket = { readonly ticket: string; readonly expiresAt: string };
