import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anEvent } from '../../adapters/event-store/testing.ts';
import { openStorage, type Storage } from '../../api/composition/storage.ts';
import { type Config, readConfig } from '../../api/config.ts';
import { createShutdown } from '../../api/lifecycle/shutdown.ts';
import { createScrubber } from '../../api/log.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../stand-ins/firestore/server.ts';
import { type KurrentStandIn, startKurrentStandIn } from '../stand-ins/kurrent/server.ts';

type Env = Readonly<Record<string, string>>;

const MASTER_KEY = randomBytes(32).toString('base64');
const TABLE = { name: 't_v1', projection: 't', version: 1, generation: 1 };

describe('what a server keeps, in any mixture of places', () => {
  let firestore: FirestoreStandIn;
  const made: string[] = [];
  beforeAll(async () => {
    firestore = await startFirestoreStandIn();
  });
  afterAll(async () => {
    await firestore.close();
    for (const dir of made) await rm(dir, { recursive: true, force: true });
  });

  const newDirectory = async (): Promise<string> => {
    const dir = await mkdtemp(join(tmpdir(), 'mk0r-storage-'));
    made.push(dir);
    return dir;
  };
  const inFirestore = (keeps: string, prefix: string): Env =>
    keeps === 'nothing'
      ? {}
      : {
          FIREBASE_PROJECT_ID: 'apps-of-ann',
          FIRESTORE_KEEPS: keeps,
          FIRESTORE_PREFIX: prefix,
          FIRESTORE_EMULATOR_HOST: firestore.host,
        };

  const configOf = (dataDir: string, env: Env): Config =>
    rightOf(readConfig({ MK0R_DATA_DIR: dataDir, MK0R_MASTER_KEY: MASTER_KEY, ...env }));

  /** Opens, lets `work` use it, and closes again, as a server does. */
  const during = async <A>(dataDir: string, env: Env, work: (storage: Storage) => Promise<A>): Promise<A> => {
    const logger = pino({ level: 'silent' });
    const shutdown = createShutdown(logger);
    try {
      return await work(
        await openStorage(configOf(dataDir, env), { logger, scrubber: createScrubber(), shutdown }),
      );
    } finally {
      expect(await shutdown.run()).toEqual([]);
    }
  };

  const begin = async ({ store, vault, readModels }: Storage): Promise<void> => {
    await right(vault.openSession('s1'));
    await right(vault.put('s1', { DATABASE_URL: 'postgres://one' }));
    const { position } = await right(store.append('session-s1', -1, [anEvent()]));
    await readModels.begin(TABLE);
    const rows = [{ key: 's1', doc: { said: 'hello' }, indexes: { owner: ['ann'] } }];
    await readModels.serve(TABLE, { rows, checkpoint: position, pinned: false });
  };
  const everything = async ({ store, vault, readModels }: Storage) => ({
    events: (await right(store.readStream('session-s1'))).length,
    values: await right(vault.all('s1')),
    views: await readModels.find('t_v1', 'owner', 'ann'),
    tables: (await readModels.tables('t')).map(({ role }) => role),
    isCaughtUp: (await readModels.checkpoint('t_v1')) === (await right(store.head())),
  });
  const ALL = {
    events: 1,
    values: { DATABASE_URL: 'postgres://one' },
    views: [{ said: 'hello' }],
    tables: ['serving'],
    isCaughtUp: true,
  };

  const KEEPS = ['nothing', 'vault', 'views', 'vault+views'] as const;
  const LOGS = ['a file', 'KurrentDB'] as const;

  describe.each(LOGS)('with the log in %s', (log) => {
    let kurrent: KurrentStandIn | undefined;
    beforeAll(async () => {
      if (log === 'KurrentDB') kurrent = await startKurrentStandIn();
    });
    afterAll(() => kurrent?.close());

    test.each(KEEPS)('and %s in Firestore all of it is there after a restart', async (keeps) => {
      const prefix = `p${randomUUID().slice(0, 8)}`;
      // One log for each mixture: the stand-in of KurrentDB begins anew.
      kurrent?.close();
      if (log === 'KurrentDB') kurrent = await startKurrentStandIn();
      const env = {
        ...inFirestore(keeps, prefix),
        ...(kurrent === undefined ? {} : { EVENTSTORE_URL: kurrent.url }),
      };
      const dataDir = await newDirectory();
      await during(dataDir, env, begin);
      expect(await during(dataDir, env, everything)).toEqual(ALL);
      // Whatever is in the cloud needs nothing of the data directory but what is kept there.
      if (kurrent !== undefined && keeps === 'vault+views')
        expect(await during(await newDirectory(), env, everything)).toEqual(ALL);
    });
  });

  describe('a log whose vault is elsewhere is not opened with a new one', () => {
    const refused = async (dataDir: string, env: Env): Promise<string> => {
      const opened = during(dataDir, env, async () => 'opened');
      return opened.catch((error: Error) => error.message);
    };

    test('in Firestore, where it was a file', async () => {
      const dataDir = await newDirectory();
      await during(dataDir, {}, begin);
      const before = firestore.documents().length;
      const why = await refused(dataDir, inFirestore('vault', 'moved'));
      expect(why).toContain('set FIRESTORE_KEEPS to views or nothing');
      expect(await refused(dataDir, inFirestore('vault', 'moved'))).toBe(why);
      expect(firestore.documents().length).toBe(before);
      expect(await during(dataDir, {}, everything)).toEqual(ALL);
    });

    test('in a file, where it was in Firestore', async () => {
      const dataDir = await newDirectory();
      const env = inFirestore('vault+views', 'there');
      await during(dataDir, env, begin);
      expect(await refused(dataDir, {})).toContain('Their vault is in Firestore');
      expect(await during(dataDir, env, everything)).toEqual(ALL);
    });

    test('on another machine, whose data directory is new', async () => {
      const kurrent = await startKurrentStandIn();
      const env = { EVENTSTORE_URL: kurrent.url };
      await during(await newDirectory(), env, begin);
      expect(await refused(await newDirectory(), env)).toContain('bring it back');
      kurrent.close();
    });
  });

  test('views move freely: they are made again from the log wherever they are to be', async () => {
    const dataDir = await newDirectory();
    await during(dataDir, {}, begin);
    const there = await during(dataDir, inFirestore('views', 'views_only'), everything);
    expect(there).toEqual({ ...ALL, views: [], tables: [], isCaughtUp: false });
    expect(await during(dataDir, {}, everything)).toEqual(ALL);
  });

  test('a data directory that was begun anew does not meet the views of the one before', async () => {
    const env = inFirestore('views', 'begun_anew');
    await during(await newDirectory(), env, async (storage) => {
      await begin(storage);
      await storage.readModels.write('t_v1', [], '2');
    });
    await expect(during(await newDirectory(), env, async () => undefined)).rejects.toThrow(
      'begun_anew_views_of',
    );
  });
});
