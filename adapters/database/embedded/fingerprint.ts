import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';

/**
 * Rows inserted, changed and deleted since Postgres began to count in that database, the catalogs' own included, so that
 * every table that is made, altered or truncated counts too. The counters begin anew after a crash, which is what `epoch`
 * tells. A sequence that is moved on by itself does not count.
 */
export type Fingerprint = { readonly oid: string; readonly text: string };

/**
 * `settled`: all that was done in it until now has been counted. A backend reports its counts when it ends, before it
 * leaves `pg_stat_activity`, or ten seconds after its last statement (`PGSTAT_IDLE_INTERVAL`).
 */
export type Look = Fingerprint & { readonly settled: boolean };

const SETTLED = `
  SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity
                      WHERE datname = $1 AND backend_type = 'client backend'
                        AND (state IS DISTINCT FROM 'idle' OR state_change > now() - interval '15 s')) AS settled`;

const COUNTS = `
  SELECT d.oid::text AS oid,
         concat_ws('/', d.oid, (SELECT extract(epoch FROM stats_reset) FROM pg_stat_wal),
                   coalesce(s.tup_inserted, 0), coalesce(s.tup_updated, 0), coalesce(s.tup_deleted, 0)) AS text
    FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid
   WHERE d.datname = $1`;

/**
 * Who is there is asked first, in a statement of its own: the counts of one that ends in between are then among those that
 * are read. The other way round, it would be gone and uncounted.
 */
export const lookAt = async (client: ClientBase, name: string): Promise<Look | undefined> => {
  const there = await client.query<{ settled: boolean }>(SETTLED, [name]);
  const counts = (await client.query<Fingerprint>(COUNTS, [name])).rows[0];
  return counts && { ...counts, settled: there.rows[0]?.settled === true };
};

/**
 * What is written on a database of ours. A session may write on its own: it can only deceive itself, about which of its
 * own copies is like what it has.
 */
type Note = {
  /** On a copy: the session's database has the same in it for as long as it looks like this. On that one: it is as made. */
  readonly as?: string;
  /** The move that brought it here, and the copy that what was here before has become. */
  readonly move?: string;
  readonly before?: string;
};

const NOTES = `SELECT datname AS name, shobj_description(oid, 'pg_database') AS note
                 FROM pg_database WHERE starts_with(datname, $1)`;

export const notesOf = async (client: ClientBase, prefix: string): Promise<ReadonlyMap<string, Note>> => {
  const { rows } = await client.query<{ name: string; note: string | null }>(NOTES, [prefix]);
  return new Map(rows.map(({ name, note }) => [name, parsed(note)]));
};

const parsed = (note: string | null): Note => {
  try {
    const value: unknown = JSON.parse(note ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Note) : {};
  } catch {
    return {};
  }
};

export const writeNote = (name: string, note: Note): string =>
  `COMMENT ON DATABASE ${escapeIdentifier(name)} IS ${escapeLiteral(JSON.stringify(note))}`;
