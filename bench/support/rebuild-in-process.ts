import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { openSqliteReadModels } from '../../adapters/read-models/sqlite.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import { createFeed } from '../../api/composition/hub.ts';
import { comparePositions } from '../../api/composition/positions.ts';
import { createReader } from '../../commands/reader.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { startProjector } from '../../projections/projector.ts';
import { sessionView } from '../../projections/session-view/index.ts';

/**
 * In a process of its own, so that its memory is its own: builds the session view of the log in a directory, and then
 * rebuilds it, the first one serving, as often as asked. Prints one line of JSON.
 */
export type RebuildFigures = {
  /** Of each rebuild. */
  readonly eventsPerSecond: readonly number[];
  /** Resident set in MiB: before, the most at any time, after; and as each tenth of the log was done, last rebuild. */
  readonly rss: {
    readonly before: number;
    readonly max: number;
    readonly after: number;
    readonly tenths: readonly number[];
  };
};

const [dir = '', rounds = '1'] = process.argv.slice(2);
const mebibytes = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20);

const store = rightOf(openSqliteEventStore({ file: `${dir}/events.db` }));
const vault = rightOf(openSqliteVault({ file: `${dir}/vault.db`, masterKey: new Uint8Array(32) }));
const readModels = openSqliteReadModels({ file: `${dir}/views.db` });
const reader = createReader({ store, vault, cipher: { encryptField, decryptField } });
const stop = new AbortController();
const projector = startProjector(sessionView, {
  feed: createFeed(store, reader),
  readModels,
  comparePositions,
  signal: stop.signal,
  log: { info: () => undefined, warn: (_, message) => process.stderr.write(`${message}\n`) },
});
const before = mebibytes();
await projector.caughtUp;

const eventsPerSecond: number[] = [];
let max = before;
let tenths: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  tenths = [];
  const startedAt = performance.now();
  let { building } = await projector.rebuild();
  const total = building?.total ?? 0;
  while (building !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const rss = mebibytes();
    max = Math.max(max, rss);
    if (building.done >= (tenths.length + 1) * (total / 10)) tenths.push(rss);
    ({ building } = await projector.status());
  }
  eventsPerSecond.push(Math.round((total * 1_000) / (performance.now() - startedAt)));
}
const figures: RebuildFigures = { eventsPerSecond, rss: { before, max, after: mebibytes(), tenths } };
process.stdout.write(`${JSON.stringify(figures)}\n`);
stop.abort();
await projector.stopped;
await readModels.close();
vault.close();
await store.close();
