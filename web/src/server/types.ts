import type { ServiceName } from '../../../domain/services.ts';
import type { Attachment } from '../../../domain/session/events.ts';
import type { Table } from '../../../projections/panels.ts';
import type { PoolView, SessionListItem } from '../../../projections/views.ts';

export type * from '../../../projections/panels.ts';

/** Answers of the HTTP API that are not views; see `/docs` of a running server for the schemas. */

export type Config = {
  readonly firebase: { readonly apiKey: string; readonly projectId: string; readonly authDomain: string };
  /** Where to sign in, if not at Google: the server's own origin where identity is embedded. */
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
/** A version that is looked at beside the app. */
export type OldVersion = {
  readonly state: 'closed' | 'opening' | 'open' | 'failed';
  readonly commit?: string;
  readonly data?: 'kept' | 'empty' | 'none';
  readonly error?: { readonly code: string; readonly message: string };
};
export type Accepted = { readonly revision: number };
export type AcceptedSave = Accepted & { readonly saveId: string };
export type AcceptedTurn = Accepted & { readonly turnId: string };

export type KeptPicture = Accepted & { readonly attachment: Attachment };

export type Database = { readonly tables: readonly Table[] };
export type Changed = { readonly rows: number };

export type Variables = {
  readonly version: number;
  readonly variables: readonly {
    readonly name: string;
    readonly masked: string;
    readonly service: ServiceName | 'yours';
    readonly replaced: boolean;
  }[];
};
export type Revealed = { readonly name: string; readonly value: string };
/** Opens the session in another browser, once and soon. */
export type OneTimeLink = Accepted & { readonly url: string; readonly expiresAt: string };
export type Ticket = { readonly ticket: string; readonly expiresAt: string };
