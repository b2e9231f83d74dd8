import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteReadModels } from '../../../adapters/read-models/sqlite.ts';
import { canonicalJson } from '../../../commands/canonical-json.ts';
import type { Json } from '../../../commands/ports/event-store.ts';
import type { TableRole } from '../../../projections/ports.ts';

/** Read models in a file of their own, which can be looked into from outside. */
export const openViewsFile = (dir = mkdtempSync(join(tmpdir(), 'mk0r-views-'))) => {
  const file = join(dir, 'views.db');
  const readModels = openSqliteReadModels({ file });
  const look = new DatabaseSync(file, { readOnly: true });
  const selectTable = look.prepare('SELECT name FROM tables WHERE projection = ? AND role = ?');
  const selectRows = look.prepare('SELECT key, doc FROM rows WHERE tbl = ? ORDER BY key');
  const selectLookups = look.prepare(
    'SELECT name, value, key FROM lookups WHERE tbl = ? ORDER BY name, value, key',
  );

  return {
    readModels,
    /** Every document and every index entry of the table in this role, one a line, as canonical JSON. */
    dump: (projection: string, role: TableRole): readonly string[] => {
      const table = selectTable.get(projection, role)?.name;
      if (typeof table !== 'string') return [];
      return [
        ...selectRows
          .all(table)
          .map(({ key, doc }) => `${key} ${canonicalJson(JSON.parse(String(doc)) as Json)}`),
        ...selectLookups.all(table).map(({ name, value, key }) => `${name}=${value} ${key}`),
      ];
    },
    close: async (): Promise<void> => {
      look.close();
      await readModels.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

export type ViewsFile = ReturnType<typeof openViewsFile>;
