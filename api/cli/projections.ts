import { lookAtFirestoreReadModels } from '../../adapters/read-models/firestore/look.ts';
import { lookAtReadModels, type SeenTable } from '../../adapters/read-models/look.ts';
import { countUpTo, unitOf } from '../composition/positions.ts';
import { PROJECTIONS } from '../composition/projection-list.ts';
import { viewsFile, viewsInFirestore } from '../composition/storage/read-models.ts';
import type { Config } from '../config.ts';
import { columns } from './columns.ts';
import type { Command } from './command.ts';
import { orThrow, readableStore } from './open-log.ts';

const tablesOf = async (config: Config): Promise<readonly SeenTable[]> => {
  const cloud = viewsInFirestore(config);
  if (cloud === undefined) return orThrow(lookAtReadModels(viewsFile(config)));
  const names = PROJECTIONS.map(({ name }) => name);
  return lookAtFirestoreReadModels(cloud, names);
};

/** The tables of the read side as they are kept, also while a server works on them. */
export const projections: Command = {
  usage: 'projections   each table of the read side: what it is there for, and how far behind the log',

  run: async (_args, { config, say }) => {
    const store = readableStore(config);
    const head = orThrow(await store.head()());
    await store.close();
    const total = head === undefined ? 0 : countUpTo(head);
    const unit = head === undefined ? 'events' : unitOf(head);
    const rows = (await tablesOf(config)).map(({ projection, table, role, checkpoint }) => {
      const done = checkpoint === undefined ? 0 : countUpTo(checkpoint);
      const behind = Math.max(0, total - done);
      return [
        projection,
        table,
        role,
        role === 'building'
          ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit} written`
          : `${behind.toLocaleString('en')} ${unit} behind`,
      ];
    });
    for (const line of columns([['projection', 'table', 'role', 'how far'], ...rows])) say(line);
    return 0;
  },
};
