import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { createSnapshotFile } from '../../adapters/snapshots/file.ts';
import { createDirectory } from '../../commands/directory.ts';
import type { Snapshots } from '../../commands/ports/snapshots.ts';
import { followLog } from '../../commands/process-managers/follow-log.ts';
import { rightOf } from '../../domain/testing/outcome.ts';

/**
 * What a start has to know before it looks for work, from the log (`start`) or from a snapshot (`snapshot`); `all`: from
 * every event there is; `keep` makes the snapshot.
 */
export type StartFigures = {
  readonly ms: number;
  /** Time of the processor, which a busy machine does not stretch as much. */
  readonly cpuMs: number;
  readonly events: number;
  readonly sessions: number;
};

const [dir = '', how = 'start'] = process.argv.slice(2);
const store = rightOf(openSqliteEventStore({ file: `${dir}/events.db` }));
const directory = createDirectory();
const stop = new AbortController();
const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
let events = 0;
const file = createSnapshotFile(`${dir}/directory.snapshot`);
const saved = Promise.withResolvers<void>();
const keeping: Snapshots = {
  load: async () => undefined,
  save: (snapshot) => file.save(snapshot).then(saved.resolve),
};
const snapshots = how === 'snapshot' ? file : how === 'keep' ? keeping : undefined;
const batches =
  how === 'all'
    ? store.subscribeAll({ signal: stop.signal })
    : followLog(store, directory, stop.signal, { snapshots, keepEvery: 1 });
for await (const batch of batches) {
  events += batch.events.length;
  if (how === 'all') for (const event of batch.events) directory.apply(event);
  if (batch.caughtUp) break;
}
if (how === 'keep') await saved.promise;
const { user, system } = process.cpuUsage(cpu);
const figures: StartFigures = {
  ms: Math.round(performance.now() - startedAt),
  cpuMs: Math.round((user + system) / 1_000),
  events,
  sessions: [...directory.sessions()].length,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
stop.abort();
await store.close();
