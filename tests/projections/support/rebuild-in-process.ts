import { once } from 'node:events';
import { openSqliteReadModels } from '../../../adapters/read-models/sqlite.ts';
import { comparePositions } from '../../../api/composition/positions.ts';
import type { ReadModels } from '../../../projections/ports.ts';
import { startProjector } from '../../../projections/projector.ts';
import { sessionView } from '../../../projections/session-view/index.ts';
import { openSessionsLog } from './sessions-log.ts';

/**
 * Rebuilds the session view of the log in the given directory, and says what it does; made to be killed. After each write
 * of a table that is being built it waits for a line: who is to be killed then does not get ahead of who kills.
 */
const [dir = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const log = openSessionsLog(dir);
const file = openSqliteReadModels({ file: `${dir}/views.db` });
const told: ReadModels = {
  ...file,
  write: async (table, rows, checkpoint) => {
    const written = await file.write(table, rows, checkpoint);
    say(`wrote ${table} ${checkpoint}`);
    if (table.includes('~')) await once(process.stdin, 'data');
    return written;
  },
};
const stop = new AbortController();
const projector = startProjector(sessionView, {
  feed: log.feed,
  readModels: told,
  comparePositions,
  signal: stop.signal,
  log: { info: () => undefined, warn: (_, message) => say(message) },
});
const { building } = await projector.rebuild();
say(`rebuilding ${building?.table}`);
let resumedAt: number | undefined;
for (let status = building; status !== undefined; ) {
  resumedAt = status.state === 'running' ? status.resumedAt : resumedAt;
  await new Promise((resolve) => setTimeout(resolve, 5));
  status = (await projector.status()).building;
}
say(`built, resumed at ${resumedAt}`);
stop.abort();
await projector.stopped;
await file.close();
await log.close();
process.stdin.destroy();
