import type { FeedEvent } from './ports.ts';

/**
 * A read model as a value. `version` names the shape of its documents: a changed one is built anew, beside the old.
 * `evolve` never throws; a recorded event is a fact.
 */
export type Projection<Doc> = {
  readonly name: string;
  readonly version: number;
  /** The document an event concerns, `undefined` for events this projection does not handle. */
  readonly keyOf: (event: FeedEvent) => string | undefined;
  readonly evolve: (doc: Doc | undefined, event: FeedEvent) => Doc | undefined;
  readonly indexes: (doc: Doc) => Readonly<Record<string, readonly string[]>>;
};

export const tableOf = (projection: { readonly name: string; readonly version: number }): string =>
  `${projection.name}_v${projection.version}`;

const SESSION_STREAM = 'session-';

/** The session an event belongs to, `undefined` for events of other streams. */
export const sessionKey = ({ stream }: FeedEvent): string | undefined =>
  stream.startsWith(SESSION_STREAM) ? stream.slice(SESSION_STREAM.length) : undefined;
