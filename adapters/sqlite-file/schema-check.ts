import { DatabaseSync } from 'node:sqlite';
import { type Migration, migrate } from './migrate.ts';

type Schema = ReadonlyMap<string, string>;

const schemaOf = (db: DatabaseSync): Schema =>
  new Map(
    db
      .prepare('SELECT name, type, tbl_name, sql FROM sqlite_schema')
      .all()
      .map(({ name, type, tbl_name, sql }) => [String(name), `${type} on ${tbl_name}: ${sql}`]),
  );

const schemaAfter = (migrations: readonly Migration[]): Schema => {
  const db = new DatabaseSync(':memory:');
  try {
    migrate(db, migrations);
    return schemaOf(db);
  } finally {
    db.close();
  }
};

/**
 * The name of a table, index or trigger that is not as `version` made it; what somebody added is none of ours. SQLite
 * checks pages against their schema, but takes the schema itself as it finds it.
 */
export const firstForeignDefinition = (
  db: DatabaseSync,
  migrations: readonly Migration[],
  version: number,
): string | undefined => {
  const [expected, newest] = [schemaAfter(migrations.slice(0, version)), schemaAfter(migrations)];
  const found = schemaOf(db);
  return [...new Set([...expected.keys(), ...newest.keys()])].find(
    (name) => found.get(name) !== expected.get(name),
  );
};
