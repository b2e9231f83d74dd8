import { join } from 'node:path';
import { readSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { lookAtReadModels } from '../../adapters/read-models/look.ts';
import { countUpTo } from '../composition/positions.ts';
import { columns } from './columns.ts';
import type { Command } from './command.ts';
import { orThrow } from './open-log.ts';

/** The tables of the read side as they are on disk, also while a server works on them. */
export const projections: Command = {
  usage: 'projections   each table of the read side: what it is there for, and how far behind the log',

  run: async (_args, { config, say }) => {
    const dir = join(config.dataDir, 'log');
    const store = orThrow(readSqliteEventStore(join(dir, 'events.db')));
    const head = orThrow(await store.head()());
    await store.close();
    const total = head === undefined ? 0 : countUpTo(head);
    const rows = orThrow(lookAtReadModels(join(dir, 'views.db'))).map(
      ({ projection, table, role, checkpoint }) => {
        const done = checkpoint === undefined ? 0 : countUpTo(checkpoint);
        const behind = Math.max(0, total - done);
        return [
          projection,
          table,
          role,
          role === 'building'
            ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')} events written`
            : `${behind.toLocaleString('en')} events behind`,
        ];
      },
    );
    for (const line of columns([['projection', 'table', 'role', 'how far'], ...rows])) say(line);
    return 0;
  },
};
