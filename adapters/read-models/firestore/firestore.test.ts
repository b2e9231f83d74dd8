import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadModels, Row } from '../../../projections/ports.ts';
import { ViewsUnavailable } from '../../../projections/views-unavailable.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
import { openFirestore } from '../../firestore/client.ts';
import { readModelsContract } from '../read-models.contract.ts';
import { restartsContract } from '../restarts.contract.ts';
import { openFirestoreReadModels } from './open.ts';
import { pacer } from './pacer.ts';

const open = (emulator: string, prefix = 'mk0r'): Promise<ReadModels> =>
  openFirestoreReadModels({ projectId: 'apps-of-ann', emulator, prefix, pace: async () => undefined });

readModelsContract('Firestore', async () => {
  const firestore = await startFirestoreStandIn();
  const readModels = await open(firestore.host);
  return {
    readModels,
    dispose: async () => {
      await readModels.close();
      await firestore.close();
    },
  };
});

describe('read models in Firestore', () => {
  let firestore: FirestoreStandIn;
  let models: ReadModels;
  beforeEach(async () => {
    firestore = await startFirestoreStandIn();
    models = await open(firestore.host);
  });
  afterEach(async () => {
    await models.close();
    await firestore.close();
  });

  const row = (key: string, doc: unknown): Row => ({ key, doc, indexes: { all: ['yes'] } });
  const many = (count: number, doc: unknown): readonly Row[] =>
    Array.from({ length: count }, (_, at) => row(`k${at}`, doc));

  test('a write that cannot be made has written neither rows nor checkpoint', async () => {
    await models.write('t_v1', [row('a', 'before')], '1');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(models.write('t_v1', [row('a', 'after'), row('b', circular)], '2')).rejects.toThrow();
    firestore.fail('Commit', 'PERMISSION_DENIED');
    await expect(models.write('t_v1', [row('a', 'after')], '2')).rejects.toThrow();
    expect(await models.get('t_v1', 'a')).toBe('before');
    expect(await models.checkpoint('t_v1')).toBe('1');
  });

  test('a write that meets contention, or whose answer is lost, is made once more', async () => {
    firestore.fail('Commit', 'ABORTED');
    await models.write('t_v1', [row('a', 1)], '1');
    firestore.fail('Commit', 'UNAVAILABLE', { after: true });
    await models.write('t_v1', [row('a', 2)], '2');
    expect(await models.get('t_v1', 'a')).toBe(2);
    expect(await models.checkpoint('t_v1')).toBe('2');
  });

  test('a look at what cannot be read says so, and that of a moment later is answered', async () => {
    await models.write('t_v1', [row('a', 1)], '1');
    firestore.fail('BatchGetDocuments', 'PERMISSION_DENIED', { times: 3 });
    await expect(models.get('t_v1', 'a')).rejects.toBeInstanceOf(ViewsUnavailable);
    await expect.poll(() => models.get('t_v1', 'a').catch(() => 'not yet'), { timeout: 20_000 }).toBe(1);
  });

  test('a document of several megabytes comes back as it was written', async () => {
    const doc = { text: 'what was said, again and again. '.repeat(100_000) };
    await models.write('t_v1', [row('a', doc)], '1');
    expect(await models.get('t_v1', 'a')).toEqual(doc);
  });

  describe('a document that is larger than one of Firestore, however it is packed', () => {
    /** Random bytes: nothing makes fewer of them. */
    const large = (megabytes: number) => ({ text: randomBytes(megabytes * 2 ** 20).toString('base64') });
    const found = (below: string): number =>
      firestore.documents().filter(({ name }) => name.includes(`/${below}/`)).length;

    test('comes back as it was written, by its key and by what it is found by', async () => {
      const [doc, other] = [large(2), large(1)];
      await models.write('t_v1', [row('a', doc), row('b', 'small'), row('c', other)], '1');
      expect(await models.get('t_v1', 'a')).toEqual(doc);
      expect(await models.find('t_v1', 'all', 'yes')).toEqual([doc, 'small', other]);
      expect(await models.checkpoint('t_v1')).toBe('1');
    });

    test('arrives with the checkpoint, though it is more than a commit takes', async () => {
      const doc = large(9);
      await models.write('t_v1', [row('a', doc), ...many(3, 'small')], '1');
      expect(await models.get('t_v1', 'a')).toEqual(doc);
      expect(await models.find('t_v1', 'all', 'yes')).toHaveLength(4);
      expect(await models.checkpoint('t_v1')).toBe('1');
    });

    test.each([2, 9])('of %i MiB leaves nothing of what it was when it is written over', async (size) => {
      await models.write('t_v1', [row('a', large(size)), row('b', large(1))], '1');
      const doc = large(1);
      await models.write('t_v1', [row('a', doc)], '2');
      expect(await models.get('t_v1', 'a')).toEqual(doc);
      const ofTwo = found('parts');
      await models.write('t_v1', [row('a', 'small')], '3');
      expect(found('parts')).toBe(ofTwo / 2);
      await models.write('t_v1', [row('a', large(size))], '4');
      await models.write('t_v1', [row('a', undefined), row('b', undefined)], '5');
      expect(found('parts')).toBe(0);
      expect(await models.get('t_v1', 'a')).toBeUndefined();
    });

    test('goes with those of a batch that is more than a commit takes', async () => {
      await models.write('t_v1', [row('k7', large(1))], '1');
      await models.write('t_v1', many(600, 'small'), '2');
      expect(found('parts')).toBe(0);
      expect(found('redo')).toBe(0);
      expect(await models.get('t_v1', 'k7')).toBe('small');
    });

    test('goes with its table', async () => {
      const table = { name: 't_v1', projection: 't', version: 1, generation: 1 };
      await models.begin(table);
      await models.write('t_v1', [row('a', large(1))], '1');
      expect(found('parts')).toBeGreaterThan(0);
      await models.drop('t_v1');
      expect(found('parts')).toBe(0);
    });

    test('comes whole to somebody who reads while it is written over', async () => {
      const written = [large(1), large(2), large(3), large(1)];
      await models.write('t_v1', [row('a', written[0])], '0');
      let isWriting = true;
      const read = async (): Promise<readonly unknown[]> => {
        const seen: unknown[] = [];
        while (isWriting) seen.push(await models.get('t_v1', 'a'));
        return seen;
      };
      const write = async (): Promise<void> => {
        for (const [at, doc] of written.entries()) await models.write('t_v1', [row('a', doc)], `${at + 1}`);
        isWriting = false;
      };
      const [seen] = await Promise.all([read(), write()]);
      const texts = new Set(written.map(({ text }) => text));
      for (const doc of seen) expect(texts.has((doc as { text: string }).text)).toBe(true);
    });

    test('counts for nothing, and is gone with the next, when the process ends before all of it is there', async () => {
      await models.write('t_v1', [row('a', 'old')], '1');
      // Who it is that writes, that there is nothing left over, the row, one of two slices of its parts, and the server is gone.
      firestore.fail('Commit', 'PERMISSION_DENIED', { skip: 4 });
      await expect(models.write('t_v1', [row('a', large(9))], '9')).rejects.toThrow();
      const again = await open(firestore.host);
      expect(await again.checkpoint('t_v1')).toBe('1');
      expect(await again.get('t_v1', 'a')).toBe('old');
      expect(found('parts')).toBeGreaterThan(0);
      firestore.pass(30_000);
      await again.write('t_v1', many(600, 'newer'), '5');
      expect(found('parts')).toBe(0);
      expect(await again.get('t_v1', 'a')).toBe('old');
      await again.close();
    });
  });

  test('keys and indexes may hold anything', async () => {
    const odd = { key: 'a/b/../__c__', doc: 1, indexes: { 'by.`x`/y': ['ann/bob'] } };
    await models.write('t~v1/2', [odd], '1');
    expect(await models.get('t~v1/2', 'a/b/../__c__')).toBe(1);
    expect(await models.find('t~v1/2', 'by.`x`/y', 'ann/bob')).toEqual([1]);
  });

  test('views of one log are not seen by who keeps those of another', async () => {
    const others = await open(firestore.host, 'other');
    await models.begin({ name: 't_v1', projection: 't', version: 1, generation: 1 });
    await models.write('t_v1', [row('a', 1)], '1');
    expect(await others.tables('t')).toEqual([]);
    expect(await others.get('t_v1', 'a')).toBeUndefined();
    expect(await others.checkpoint('t_v1')).toBeUndefined();
    await others.close();
  });

  describe('more rows than one commit takes', () => {
    test('all arrive, with the checkpoint', async () => {
      await models.write('t_v1', many(1_200, 'new'), '9');
      expect(await models.find('t_v1', 'all', 'yes')).toHaveLength(1_200);
      expect(await models.checkpoint('t_v1')).toBe('9');
    });

    test('count for nothing when the process ends before all are there', async () => {
      await models.write('t_v1', [row('k0', 'old')], '1');
      // Who it is that writes, two of three slices, and the server is gone.
      firestore.fail('Commit', 'PERMISSION_DENIED', { skip: 3 });
      await expect(models.write('t_v1', many(1_200, 'new'), '9')).rejects.toThrow();
      const again = await open(firestore.host);
      expect(await again.checkpoint('t_v1')).toBe('1');
      expect(await again.find('t_v1', 'all', 'yes')).toEqual(['old']);
      firestore.pass(30_000);
      await again.write('t_v1', many(600, 'newer'), '5');
      expect(await again.find('t_v1', 'all', 'yes')).toEqual(Array.from({ length: 600 }, () => 'newer'));
      await again.close();
    });

    test('all count when it ends after that, once somebody asks how far the table is', async () => {
      await models.write('t_v1', [row('k0', 'old')], '1');
      // The same, three slices and the word that they count; the first into its place, and the server is gone.
      firestore.fail('Commit', 'PERMISSION_DENIED', { skip: 6 });
      await expect(models.write('t_v1', many(1_200, 'new'), '9')).rejects.toThrow();
      const again = await open(firestore.host);
      expect(await again.checkpoint('t_v1')).toBe('9');
      expect(await again.find('t_v1', 'all', 'yes')).toEqual(Array.from({ length: 1_200 }, () => 'new'));
      await again.close();
    });
  });

  test('a log that is another one does not get the views of this', async () => {
    const of = (log: string | undefined) =>
      openFirestoreReadModels({
        projectId: 'apps-of-ann',
        emulator: firestore.host,
        prefix: 'logs',
        log: async () => log,
        pace: async () => undefined,
      });
    const empty = await of(undefined);
    await empty.tables('t');
    await empty.close();
    const first = await of('one');
    await first.write('t_v1', [row('a', 1)], '1');
    await first.close();
    const again = await of('one');
    expect(await again.get('t_v1', 'a')).toBe(1);
    await again.close();
    await expect(of('two')).rejects.toThrow('logs_views_of');
    await expect(of(undefined)).rejects.toThrow('the views of another log');
  });

  test('a switch that meets contention leaves one table serving', async () => {
    const table = (version: number) => ({ name: `t_v${version}`, projection: 't', version, generation: 1 });
    await models.begin(table(1));
    firestore.fail('Commit', 'ABORTED');
    await models.serve(table(1), { rows: [row('a', 1)], checkpoint: '1', pinned: false });
    expect(await models.tables('t')).toEqual([{ ...table(1), role: 'serving', pinned: false }]);
    expect(await models.get('t_v1', 'a')).toBe(1);
  });
});

restartsContract(
  'Firestore',
  async () => {
    const firestore = await startFirestoreStandIn();
    return { open: () => open(firestore.host), remove: () => firestore.close() };
  },
  { runs: 5 },
);

describe('writes of one table', () => {
  test('go through at once while they are few, then one a second', async () => {
    const waited: number[] = [];
    let clock = 0;
    const pace = pacer(
      () => clock,
      async (ms) => {
        waited.push(ms);
        clock += ms;
      },
    );
    for (let time = 0; time < 8; time += 1) await pace('t');
    expect(waited).toEqual([1_000, 1_000, 1_000]);
    await pace('other');
    expect(waited).toHaveLength(3);
    clock += 60_000;
    await pace('t');
    expect(waited).toHaveLength(3);
  });
});

const {
  MK0R_CONTRACT_LIVE: live,
  FIREBASE_PROJECT_ID: liveProject,
  GOOGLE_APPLICATION_CREDENTIALS: file,
} = process.env;
if (live === '1' && liveProject && file)
  readModelsContract('Firestore itself', async () => {
    const prefix = `mk0r_test_${crypto.randomUUID().replaceAll('-', '')}`;
    const readModels = await openFirestoreReadModels({ projectId: liveProject, prefix });
    return {
      readModels,
      dispose: async () => {
        await readModels.close();
        const { db, close } = await openFirestore({ projectId: liveProject });
        for (const kind of ['views', 'views_of', 'projections'])
          await db.recursiveDelete(db.collection(`${prefix}_${kind}`));
        await close();
      },
    };
  });
