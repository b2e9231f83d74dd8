import { parseArgs } from 'node:util';
import { sessionList } from '../../projections/session-list/index.ts';
import { columns, plain } from './columns.ts';
import type { Command } from './command.ts';
import { foldLog } from './fold-log.ts';
import { withLog } from './open-log.ts';

/** Every session the log knows, the one used last first. */
export const sessions: Command = {
  usage: `sessions         those that are open, the one used last first
sessions --all   those that were closed, too`,

  run: async (args, { config, say }) => {
    const { values } = parseArgs({ args: [...args], options: { all: { type: 'boolean' } } });
    const known = await withLog(config, ({ past }) => foldLog(sessionList, past));
    const listed = [...known.values()]
      .filter(({ item }) => values.all === true || item.phase !== 'closed')
      .toSorted((a, b) => (a.item.lastActivityAt < b.item.lastActivityAt ? 1 : -1));
    const rows = listed.map(({ item, owners }) => [
      item.slug,
      item.phase,
      item.sandbox,
      owners.length === 0 ? 'unclaimed' : 'claimed',
      item.lastActivityAt,
      plain(item.title, 80),
    ]);
    for (const line of columns([['slug', 'phase', 'sandbox', 'claim', 'last used', 'title'], ...rows]))
      say(line);
    say(`${listed.length} of ${known.size} sessions`);
    return 0;
  },
};
