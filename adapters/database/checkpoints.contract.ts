import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseProvider } from '../../commands/ports/checkpoints.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import { left, right } from '../../domain/testing/outcome.ts';
import { query, urlOf } from './database.contract.ts';

export type CheckpointsHarness = {
  readonly provider: DatabaseProvider;
  readonly slug: () => string;
  readonly close: () => Promise<void>;
};

const NOTHING: TE.TaskEither<ProviderError, void> = TE.right(undefined);

/** What everything promises that keeps a session's data beside its code. */
export const checkpointsContract = (name: string, open: () => Promise<CheckpointsHarness>): void => {
  describe(`${name}, which keeps the data of a session`, () => {
    let harness: CheckpointsHarness;
    const used: string[] = [];
    const signal = () => AbortSignal.timeout(60_000);
    const isOver = () => false;

    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      for (const slug of used)
        await right(harness.provider.release({ sessionId: 's', slug, signal: signal() }));
      await harness.close();
    });

    /** A session with a table of habits, and what can be done to it. */
    const session = async () => {
      const slug = harness.slug();
      used.push(slug);
      const { provider } = harness;
      const url = urlOf(await right(provider.provision({ sessionId: 's', slug, signal: signal() })));
      const { take, restore, bring } = provider.checkpoints;
      return {
        slug,
        url,
        add: (habit: string) =>
          query(url, `CREATE TABLE IF NOT EXISTS habits (name text); INSERT INTO habits VALUES ('${habit}')`),
        habits: async () =>
          (await query(url, 'SELECT name FROM habits ORDER BY name')).map(({ name }) => name),
        take: (checkpointId: string, keep: readonly string[] = []) =>
          right(take({ slug, checkpointId, keep, signal: signal(), isOver })),
        restoring: (checkpointId: string, moveId: string, keep: readonly string[], meanwhile = NOTHING) =>
          restore({ slug, checkpointId, moveId, keep, signal: signal(), isOver, meanwhile }),
        bringing: (from: string, checkpointId: string, moveId: string) =>
          bring({ slug, from: { slug: from, checkpointId }, moveId, keep: [], signal: signal(), isOver }),
      };
    };

    it('has the data as it was, and what was there before as well', async () => {
      const { add, habits, take, restoring } = await session();
      await add('run');
      const first = await take('one');
      expect(first).toMatchObject({ checkpointId: 'one', tables: [{ name: 'habits', rows: 1 }] });
      await add('swim');
      const before = await right(restoring('one', 'back', ['one']));
      expect(await habits()).toEqual(['run']);
      expect(before.tables).toEqual([{ name: 'habits', rows: 2 }]);
      await right(restoring(before.checkpointId, 'forth', ['one', before.checkpointId]));
      expect(await habits()).toEqual(['run', 'swim']);
    });

    it('has also what there was before there was anything', async () => {
      const { url, add, take, restoring } = await session();
      const { checkpointId, tables } = await take('start');
      expect(tables).toEqual([]);
      await add('run');
      const before = await right(restoring(checkpointId, 'back', [checkpointId]));
      await expect(query(url, 'SELECT * FROM habits')).rejects.toThrow(/does not exist/);
      await right(restoring(before.checkpointId, 'forth', [checkpointId, before.checkpointId]));
      expect(await query(url, 'SELECT * FROM habits')).toEqual([{ name: 'run' }]);
    });

    it('answers with the same copy when asked for it again, whatever has changed since', async () => {
      const { add, habits, take, restoring } = await session();
      await add('run');
      await take('one');
      await add('swim');
      expect((await take('one')).checkpointId).toBe('one');
      await right(restoring('one', 'back', ['one']));
      expect(await habits()).toEqual(['run']);
    });

    it('restores once when asked for the same move again', async () => {
      const { add, habits, take, restoring } = await session();
      await add('run');
      await take('one');
      await add('swim');
      const before = await right(restoring('one', 'back', ['one']));
      await add('climb');
      const again = await right(restoring('one', 'back', ['one']));
      expect(again.checkpointId).toBe(before.checkpointId);
      expect(await habits()).toEqual(['climb', 'run']);
    });

    it('leaves everything as it was where the code cannot follow', async () => {
      const { add, habits, take, restoring } = await session();
      await add('run');
      await take('one');
      await add('swim');
      const stuck: ProviderError = { code: 'git_stuck', message: 'No.', retryable: true };
      expect(await left(restoring('one', 'back', ['one'], TE.left(stuck)))).toEqual(stuck);
      expect(await habits()).toEqual(['run', 'swim']);
      await right(restoring('one', 'back', ['one']));
      expect(await habits()).toEqual(['run']);
    });

    it('gives up what is not to be kept', async () => {
      const { add, take, restoring } = await session();
      await add('run');
      await take('one');
      await add('swim');
      await take('two', ['one']);
      await add('climb');
      await take('three', ['two']);
      expect(await left(restoring('one', 'back', ['two', 'three']))).toMatchObject({
        code: 'checkpoint_missing',
        retryable: false,
      });
      expect(E.isRight(await restoring('two', 'again', ['two', 'three'])())).toBe(true);
    });

    it('brings the data of a copy over into another session, which has it as its own, and touches neither copy nor source', async () => {
      const [from, to] = [await session(), await session()];
      await query(
        from.url,
        `CREATE TABLE habits (id serial PRIMARY KEY, name text UNIQUE, at timestamptz DEFAULT now());
         CREATE TABLE checks (habit int REFERENCES habits (id), day date);
         INSERT INTO habits (name) VALUES ('run'), ('swim'); INSERT INTO checks VALUES (1, '2026-01-05')`,
      );
      await from.take('one');
      await query(from.url, "INSERT INTO habits (name) VALUES ('climb')");
      await query(to.url, 'CREATE TABLE migrated (name text)');
      const brought = await right(to.bringing(from.slug, 'one', 'fork'));
      expect(brought.tables).toEqual(
        expect.arrayContaining([
          { name: 'habits', rows: 2 },
          { name: 'checks', rows: 1 },
        ]),
      );
      expect(await to.habits()).toEqual(['run', 'swim']);
      // Its own role made it: it goes on where the other one stood, and the other one does not hear of it.
      await query(
        to.url,
        "INSERT INTO habits (name) VALUES ('row'); ALTER TABLE checks ADD COLUMN note text",
      );
      expect(await query(to.url, "SELECT id FROM habits WHERE name = 'row'")).toEqual([{ id: 3 }]);
      await expect(query(to.url, "INSERT INTO habits (name) VALUES ('row')")).rejects.toThrow(/unique/);
      await expect(query(to.url, 'SELECT * FROM migrated')).rejects.toThrow(/does not exist/);
      expect(await from.habits()).toEqual(['climb', 'run', 'swim']);
      await right(from.restoring('one', 'back', ['one']));
      expect(await from.habits()).toEqual(['run', 'swim']);
      await right(harness.provider.release({ sessionId: 's', slug: from.slug, signal: signal() }));
      expect(await to.habits()).toEqual(['row', 'run', 'swim']);
    });

    it('keeps what was there before data came over', async () => {
      const [from, to] = [await session(), await session()];
      await from.add('run');
      await from.take('one');
      await to.add('mine');
      const { before } = await right(to.bringing(from.slug, 'one', 'fork'));
      expect(await to.habits()).toEqual(['run']);
      await right(to.restoring(before.checkpointId, 'back', [before.checkpointId]));
      expect(await to.habits()).toEqual(['mine']);
    });

    it('brings data over again when it is asked to again', async () => {
      const [from, to] = [await session(), await session()];
      await from.add('run');
      await from.take('one');
      await right(to.bringing(from.slug, 'one', 'fork'));
      await right(to.bringing(from.slug, 'one', 'fork'));
      expect(await to.habits()).toEqual(['run']);
    });

    it('brings nothing over of a copy that is gone, and leaves what is there', async () => {
      const [from, to] = [await session(), await session()];
      await from.add('run');
      await to.add('mine');
      expect(await left(to.bringing(from.slug, 'never', 'fork'))).toMatchObject({
        code: 'checkpoint_missing',
        retryable: false,
      });
      expect(await to.habits()).toEqual(['mine']);
    });

    it('has a database to look at with what a copy has, of which nothing is kept', async () => {
      const { slug, url, add, habits, take } = await session();
      const { scratch } = harness.provider.checkpoints;
      await add('run');
      await take('one');
      await add('swim');
      const open = async (checkpointId: string) =>
        (await right(scratch.open({ slug, checkpointId, signal: signal() }))).databaseUrl;
      const looked = await open('one');
      await query(looked, "INSERT INTO habits VALUES ('climb'); ALTER TABLE habits ADD COLUMN at date");
      expect((await query(looked, 'SELECT name FROM habits ORDER BY name')).map(({ name }) => name)).toEqual([
        'climb',
        'run',
      ]);
      // A copy that is taken meanwhile does not take it away.
      await take('two', ['one']);
      expect(await query(looked, 'SELECT count(*)::int AS n FROM habits')).toEqual([{ n: 2 }]);
      expect(await habits()).toEqual(['run', 'swim']);
      const again = await open('one');
      expect(await query(again, 'SELECT * FROM habits')).toEqual([{ name: 'run' }]);
      await expect(query(looked, 'SELECT 1')).rejects.toThrow();
      await right(scratch.close({ slug, signal: signal() }));
      await right(scratch.close({ slug, signal: signal() }));
      await expect(query(again, 'SELECT 1')).rejects.toThrow();
      expect(await right(scratch.list(signal()))).not.toContain(slug);
      expect(await query(url, 'SELECT count(*)::int AS n FROM habits')).toEqual([{ n: 2 }]);
    });

    it('has one that is empty, and none of a copy that is gone', async () => {
      const { slug, add, habits } = await session();
      const { scratch } = harness.provider.checkpoints;
      await add('run');
      const { databaseUrl } = await right(scratch.open({ slug, signal: signal() }));
      await expect(query(databaseUrl, 'SELECT * FROM habits')).rejects.toThrow(/does not exist/);
      await query(databaseUrl, 'CREATE TABLE other (name text)');
      expect(await left(scratch.open({ slug, checkpointId: 'never', signal: signal() }))).toMatchObject({
        code: 'checkpoint_missing',
      });
      expect(await habits()).toEqual(['run']);
      // It ends with the release of the session's database, whoever has forgotten it.
      await right(harness.provider.release({ sessionId: 's', slug, signal: signal() }));
      expect((await right(harness.provider.list(signal()))).filter((it) => it.slug === slug)).toEqual([]);
      expect(await right(scratch.list(signal()))).not.toContain(slug);
    });

    it('gives up, restores and brings nothing for an attempt whose place another has taken', async () => {
      const { slug, add, habits, take } = await session();
      const { checkpoints } = harness.provider;
      const late = { slug, keep: [], signal: signal(), isOver: () => true };
      await add('run');
      await take('one');
      await add('swim');
      await take('two', ['one']);
      const tooLate = { code: 'too_late', retryable: true };
      const from = { slug, checkpointId: 'one' };
      expect(await left(checkpoints.take({ ...late, checkpointId: 'start' }))).toMatchObject(tooLate);
      expect(await left(checkpoints.bring({ ...late, from, moveId: 'over' }))).toMatchObject(tooLate);
      const restore = { ...late, checkpointId: 'one', moveId: 'back', meanwhile: NOTHING };
      expect(await left(checkpoints.restore(restore))).toMatchObject(tooLate);
      expect(await habits()).toEqual(['run', 'swim']);
      const wanted = { ...restore, keep: ['one', 'two'], isOver };
      await right(checkpoints.restore(wanted));
      expect(await habits()).toEqual(['run']);
    });

    it('ends connections, and lets them come again: an app with a pool goes on', async () => {
      const { url, add, take, restoring } = await session();
      await add('run');
      const pool = new Pool({ connectionString: url, max: 5 });
      pool.on('error', () => undefined);
      const count = async () => Number((await pool.query('SELECT count(*) AS n FROM habits')).rows[0]?.n);
      expect(await count()).toBe(1);
      await take('one');
      await pool.query("INSERT INTO habits VALUES ('swim')");
      expect(await count()).toBe(2);
      await right(restoring('one', 'back', ['one']));
      expect(await count()).toBe(1);
      await pool.end();
    });

    it('has no copies left of what was released', async () => {
      const { slug, add, take, restoring } = await session();
      await add('run');
      await take('one');
      await right(harness.provider.release({ sessionId: 's', slug, signal: signal() }));
      expect(E.isLeft(await restoring('one', 'back', ['one'])())).toBe(true);
      const listed = await right(harness.provider.list(signal()));
      expect(listed.filter((it) => it.slug === slug)).toEqual([]);
      const { add: _add, take: takeAnew } = { add, take };
      await right(harness.provider.provision({ sessionId: 's', slug, signal: signal() }));
      expect((await takeAnew('one')).tables).toEqual([]);
    });
  });
};
