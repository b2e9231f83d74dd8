import type { ClientBase } from 'pg';

export type CatalogColumn = {
  readonly name: string;
  readonly type: string;
  /** The type by its full name and without a length: a cast to one with a length cuts what is longer, silently. */
  readonly cast: string;
  readonly nullable: boolean;
  /** What stands there where nothing is said, as SQL. */
  readonly default?: string;
  /** The database writes it: no statement may. */
  readonly generated?: true;
  /** From other columns: a dump cannot hold it. */
  readonly computed?: true;
};

export type CatalogTable = {
  /** `public` goes without saying. */
  readonly name: string;
  readonly quoted: string;
  readonly estimate: number;
  readonly columns: CatalogColumn[];
  /** Columns of the primary key, in its order; none where it has no key. */
  readonly key: string[];
};

const MAX_TABLES = 200;

/** Ordinary and partitioned tables outside the system's schemas. Types are named with their schema where they need one. */
const CATALOG = `
  SELECT CASE n.nspname WHEN 'public' THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS name,
         format('%I.%I', n.nspname, c.relname) AS quoted,
         greatest(c.reltuples, 0)::float8 AS estimate,
         coalesce((SELECT json_agg(json_strip_nulls(json_build_object(
                            'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                            'cast', format('%I.%I', tn.nspname, t.typname),
                            'nullable', NOT a.attnotnull,
                            'default', CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                            'computed', CASE WHEN a.attgenerated <> '' THEN true END,
                            'generated', CASE WHEN a.attgenerated <> '' OR a.attidentity = 'a' THEN true END))
                          ORDER BY a.attnum)
                     FROM pg_catalog.pg_attribute a
                     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                     JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
                     LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
         coalesce((SELECT json_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
                     FROM pg_catalog.pg_index i
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                    WHERE i.indrelid = c.oid AND i.indisprimary), '[]') AS key
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')
   ORDER BY n.nspname <> 'public', name
   LIMIT ${MAX_TABLES}`;

export const readCatalog = async (client: ClientBase): Promise<readonly CatalogTable[]> =>
  (await client.query<CatalogTable>(CATALOG)).rows;

export const findTable = async (client: ClientBase, name: string): Promise<CatalogTable | undefined> =>
  (await readCatalog(client)).find((table) => table.name === name);
