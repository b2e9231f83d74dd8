import { describe, expect, test } from 'vitest';
import { newSlug, runningCluster } from '../../adapters/database/embedded/testing.ts';
import { seededRandom } from '../../commands/testing/clock.ts';
import { checkpointOf } from '../../domain/session/checkpoints.ts';
import { openSession, type TestSession } from './session.ts';

const LONG = process.env.MK0R_LONG === '1';
const SEED = Number(process.env.MK0R_SEED ?? 1);
const MOVES = LONG ? 400 : 20;
const FORKS = LONG ? 60 : 6;
const FILES = ['app.txt', 'habits.txt', 'chart.txt', 'mail.txt'];
const TABLES = ['habits', 'check_ins', 'notes'];

const cluster = runningCluster();

type Tables = Readonly<Record<string, readonly string[]>>;

const tablesOf = async (session: TestSession): Promise<Tables> => {
  const found = await session.query(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const read: Record<string, readonly string[]> = {};
  for (const { name } of found)
    read[name] = (await session.query(`SELECT text FROM ${name} ORDER BY text`)).map(({ text }) => text);
  return read;
};

/** Somebody writes: the app for its visitor, or the agent in a turn, which also makes and drops tables. */
const writesData = async (session: TestSession, random: () => number, note: string, mayAlter: boolean) => {
  const pick = <A>(all: readonly A[]): A => all[Math.floor(random() * all.length)] as A;
  const there = Object.keys(await tablesOf(session));
  const table = mayAlter ? pick(TABLES) : pick(there);
  if (table === undefined) return;
  if (mayAlter && there.includes(table) && random() < 0.15) await session.query(`DROP TABLE ${table}`);
  else {
    if (mayAlter) await session.query(`CREATE TABLE IF NOT EXISTS ${table} (text text)`);
    await session.query(`INSERT INTO ${table} VALUES ($1)`, [note]);
    if (random() < 0.3) await session.query(`UPDATE ${table} SET text = text || '!' WHERE text = $1`, [note]);
  }
};

const writesFiles = async (session: TestSession, random: () => number, note: string) => {
  const file = FILES[Math.floor(random() * FILES.length)] ?? 'app.txt';
  const isThere = file in (await session.files());
  if (isThere && file !== 'app.txt' && random() < 0.2) await session.remove(file);
  else await session.put(file, `${note}\n`);
};

describe(`${MOVES} moves at random over a random history (seed ${SEED})`, () => {
  test(
    'leave files and tables as they were at each point, and to fork, also where the database is cut off in the middle',
    async () => {
      const random = seededRandom(SEED);
      const session = await openSession(cluster(), newSlug());
      await session.settle();
      const filesAt = new Map<string, Readonly<Record<string, string>>>();
      const dataAt = new Map<string, Tables>();
      const here = () => session.state().history?.at ?? '';
      filesAt.set(here(), await session.files());
      dataAt.set(here(), await tablesOf(session));

      const cutOff = (): void => {
        const after = random() * 60;
        setTimeout(() => {
          void cluster()
            .admin.use(undefined, (client) =>
              client.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mk0r admin' AND pid <> pg_backend_pid()",
              ),
            )
            .catch(() => undefined);
        }, after);
      };

      const told = { turns: 0, kept: 0, restored: 0, cut: 0, branches: 0, forks: 0 };
      let step = 0;
      while (told.kept + told.restored < MOVES) {
        step += 1;
        const note = `step ${step}`;
        const what = random();
        if (what < 0.35) {
          await writesFiles(session, random, note);
          if (random() < 0.8) await writesData(session, random, note, true);
          await session.finishTurn();
          told.turns += 1;
          filesAt.set(here(), await session.files());
          dataAt.set(here(), await tablesOf(session));
          continue;
        }
        if (what < 0.5) {
          await writesData(session, random, note, false);
          continue;
        }
        const known = [...filesAt.keys()];
        const sha = known[Math.floor(random() * known.length)] ?? '';
        const to = random() < 0.4 ? ('undo' as const) : random() < 0.4 ? ('redo' as const) : { sha };
        const data = random() < 0.7 ? 'restore' : 'keep';
        const [from, before] = [here(), await tablesOf(session)];
        const isCut = data === 'restore' && random() < 0.3;
        if (!(await session.move(to, data, isCut ? cutOff : undefined))) continue;
        expect(await session.files(), `files after ${step}`).toEqual(filesAt.get(here()));
        if (data === 'keep') {
          told.kept += 1;
          expect(await tablesOf(session), `data kept by ${step}`).toEqual(before);
          continue;
        }
        told.restored += 1;
        if (isCut) told.cut += 1;
        const restored = from === here() ? (dataAt.get(from) ?? {}) : dataAt.get(here());
        expect(await tablesOf(session), `data restored by ${step}`).toEqual(restored);
        // What was there before is what that version has from now on.
        dataAt.set(from, before);
        if (from === here()) dataAt.set(from, before);
      }
      // From each version another session begins, and is at once what that version was; the first one stays as it is.
      const before = [await session.files(), await tablesOf(session), session.log().length];
      for (const [at, sha] of [...filesAt.keys()].slice(-FORKS).entries()) {
        const data = checkpointOf(session.state().checkpoints, sha) === undefined ? 'empty' : 'kept';
        const as = session.forkOf(sha, data);
        if (as === undefined) throw new Error(`${sha} cannot be forked`);
        const fork = await openSession(cluster(), newSlug());
        await fork.begins(as, at % 2 === 0 ? undefined : cutOff);
        expect(await fork.files(), `files of the fork of ${sha}`).toEqual(filesAt.get(sha));
        expect(await tablesOf(fork), `data of the fork of ${sha}`).toEqual(
          data === 'kept' ? dataAt.get(sha) : {},
        );
        await fork.query('CREATE TABLE of_its_own (text text)');
        await fork.close();
        told.forks += 1;
      }
      expect([await session.files(), await tablesOf(session), session.log().length]).toEqual(before);
      const { checkpoints, history } = session.state();
      const kept = [...filesAt.keys()].filter((sha) => checkpointOf(checkpoints, sha) !== undefined);
      told.branches = new Set(Object.values(history?.parentOf ?? {})).size;
      process.stdout.write(
        `moves: seed ${SEED}, ${JSON.stringify(told)}, data kept of ${kept.length} versions\n`,
      );
      await session.close();
    },
    LONG ? 3_600_000 : 180_000,
  );
});
