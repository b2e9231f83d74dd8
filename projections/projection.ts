import type { FeedEvent, Table } from './ports.ts';

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
  /** Types whose `data` it does not look at. Most of a log are words: not reading them is most of what can be saved. */
  readonly ignores?: ReadonlySet<string>;
  /**
   * The version before, for as long as data directories may hold it: it goes on being kept up to date and serves while
   * this one is built, and can be gone back to. Without it, the old documents serve as they are until the switch.
   */
  readonly previous?: Projection<Doc>;
};

/** The name of a projection's table; generations after the first are marked. */
export const tableOf = (
  { name, version }: { readonly name: string; readonly version: number },
  generation = 1,
): string => `${name}_v${version}${generation === 1 ? '' : `~${generation}`}`;

export const newTable = (
  projection: { readonly name: string; readonly version: number },
  before: readonly Pick<Table, 'version' | 'generation'>[],
): Table => {
  const generations = before
    .filter(({ version }) => version === projection.version)
    .map(({ generation }) => generation);
  const generation = Math.max(0, ...generations) + 1;
  const { name, version } = projection;
  return { name: tableOf(projection, generation), projection: name, version, generation };
};

const SESSION_STREAM = 'session-';

/** The session an event belongs to, `undefined` for events of other streams. */
export const sessionKey = ({ stream }: FeedEvent): string | undefined =>
  stream.startsWith(SESSION_STREAM) ? stream.slice(SESSION_STREAM.length) : undefined;
