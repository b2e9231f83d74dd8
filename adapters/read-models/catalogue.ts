import type { DatabaseSync } from 'node:sqlite';
import type { CataloguedTable, Table, TableRole } from '../../projections/ports.ts';

/**
 * Which tables there are and what each is there for. Statements only: whoever calls has a transaction open. A table
 * that is `dropped` keeps its line, and so its name, until all its rows are gone.
 */
export const catalogue = (database: DatabaseSync) => {
  const select = database.prepare(
    `SELECT name, version, generation, role, pinned FROM tables
     WHERE projection = ? AND role <> 'dropped' ORDER BY version, generation`,
  );
  const selectDropped = database.prepare(`SELECT name FROM tables WHERE role = 'dropped'`);
  const insert = database.prepare(
    `INSERT INTO tables (name, projection, version, generation, role) VALUES (?, ?, ?, ?, 'building')`,
  );
  const retire = database.prepare(`UPDATE tables SET role = 'dropped', pinned = 0 WHERE name = ?`);
  const discard = database.prepare(`UPDATE tables SET role = 'dropped' WHERE name = ? AND role <> 'serving'`);
  const retireRole = database.prepare(
    `UPDATE tables SET role = 'dropped' WHERE projection = ? AND role = ? AND name <> ?`,
  );
  const keep = database.prepare(
    `UPDATE tables SET role = 'kept', pinned = 0 WHERE projection = ? AND role = 'serving' AND name <> ?`,
  );
  const promote = database.prepare(`UPDATE tables SET role = 'serving', pinned = ? WHERE name = ?`);
  const strike = database.prepare(`DELETE FROM tables WHERE name = ? AND role = 'dropped'`);

  return {
    of: (projection: string): readonly CataloguedTable[] =>
      select.all(projection).map(({ name, version, generation, role, pinned }) => ({
        name: String(name),
        projection,
        version: Number(version),
        generation: Number(generation),
        role: role as TableRole,
        pinned: pinned === 1,
      })),
    begin: ({ name, projection, version, generation }: Table): void => {
      retireRole.run(projection, 'building', name);
      insert.run(name, projection, version, generation);
    },
    serve: ({ name, projection }: Table, pinned: boolean): void => {
      // Out of the way first: no two tables of a projection may have the same role, not even for a statement.
      retire.run(name);
      retireRole.run(projection, 'kept', name);
      keep.run(projection, name);
      promote.run(pinned ? 1 : 0, name);
    },
    drop: (name: string): void => {
      discard.run(name);
    },
    dropped: (): readonly string[] => selectDropped.all().map(({ name }) => String(name)),
    strike: (name: string): void => {
      strike.run(name);
    },
  };
};
