import { isNativeError } from 'node:util/types';
import { fromApp, newRound } from './modules.ts';
import type { Reply, Task } from './protocol.ts';

/**
 * Runs the app's own scripts with everything they import loaded already: of a start, Drizzle and its kit are half a
 * second. Started in the app's directory, spoken to over IPC, and gone with the agent. Each task sees the app's files
 * as they are then.
 */

type Change = { changeTables: (name: string, say: (line: string) => void) => Promise<void> };
type Postgres = { default: typeof import('pg') };

const CHANGE = './scripts/lib/change.mjs';
const CONNECT_MS = 10_000;
const IDLE_MS = 1_500;

const reply = (message: Reply): void => {
  process.send?.(message);
};

async function change(name: string, say: (line: string) => void): Promise<void> {
  // What a process has seen applied may have been undone by a restore of the data.
  Reflect.deleteProperty(globalThis, '__appMigrations');
  const { changeTables } = await fromApp<Change>(CHANGE);
  await changeTables(name, say);
}

async function count(tables: readonly string[], say: (line: string) => void): Promise<void> {
  const [{ default: pg }, { env }] = await Promise.all([
    fromApp<Postgres>('pg'),
    fromApp<{ env: () => { DATABASE_URL?: string } }>('./server/env.ts'),
  ]);
  const client = new pg.Client({ connectionString: env().DATABASE_URL, connectionTimeoutMillis: CONNECT_MS });
  await client.connect();
  try {
    for (const table of tables) {
      const { rows } = await client.query(`select count(*)::int as n from ${pg.escapeIdentifier(table)}`);
      say(`${table}: ${rows[0].n} ${rows[0].n === 1 ? 'row' : 'rows'}`);
    }
  } finally {
    await client.end();
  }
}

async function work(task: Task): Promise<void> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  newRound();
  const ok = await (task.kind === 'change' ? change(task.name, say) : count(task.tables, say)).then(
    () => true,
    (error: unknown) => {
      say(isNativeError(error) ? (error.stack ?? error.message) : String(error));
      return false;
    },
  );
  reply({ id: task.id, ok, output: lines.join('\n') });
}

/** Once nothing has come for a while: memory that the garbage of loading has left behind. */
const idle = setTimeout(() => {
  void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}, IDLE_MS);

process.once('disconnect', () => process.exit(0));
// An app without this script was made by an earlier release; the agent starts its programs one by one there.
await Promise.all([CHANGE, 'drizzle-orm', 'drizzle-orm/pg-core', 'pg'].map((name) => fromApp(name)));
let last: Promise<void> = Promise.resolve();
process.on('message', (task: Task) => {
  last = last.then(() => work(task)).finally(() => idle.refresh());
});
idle.refresh();
reply({ ready: true });
