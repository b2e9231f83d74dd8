import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkpointOf, TableDropped } from '../../../projections/overtaken.ts';
import type { ReadModels, Row, Table } from '../../../projections/ports.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
import { openFirestore } from '../../firestore/client.ts';
import { viewsLayout } from './layout.ts';
import { openFirestoreReadModels } from './open.ts';

const row = (key: string, doc: unknown): Row => ({ key, doc, indexes: { all: ['yes'] } });
const table = (version: number): Table => ({
  name: `t_v${version}`,
  projection: 't',
  version,
  generation: 1,
});
const last = { rows: [], checkpoint: '1', pinned: false };

let firestore: FirestoreStandIn;
let models: ReadModels;
let other: ReadModels;
const open = () =>
  openFirestoreReadModels({
    projectId: 'apps-of-ann',
    emulator: firestore.host,
    pace: async () => undefined,
  });
beforeEach(async () => {
  firestore = await startFirestoreStandIn();
  [models, other] = await Promise.all([open(), open()]);
});
afterEach(async () => {
  await models.close();
  await other.close();
  await firestore.close();
});

const roles = async () => (await models.tables('t')).map(({ name, role }) => `${name} ${role}`);

describe('two servers that begin the same table', () => {
  test('build one, of which nothing is lost', async () => {
    await models.begin(table(1));
    await models.write('t_v1', [row('a', 'built')], '1');
    await other.begin(table(1));
    expect(await roles()).toEqual(['t_v1 building']);
    expect(await other.get('t_v1', 'a')).toBe('built');
  });

  test('leave it what it is when one of them serves from it already', async () => {
    await models.begin(table(1));
    await models.serve(table(1), { ...last, rows: [row('a', 'serves')] });
    await other.begin(table(1));
    await other.checkpoint('t_v1');
    await other.serve(table(1), last);
    expect(await roles()).toEqual(['t_v1 serving']);
    await other.begin(table(2));
    expect(await roles()).toEqual(['t_v1 serving', 't_v2 building']);
    expect(await models.get('t_v1', 'a')).toBe('serves');
  });
});

describe('a table that another server has dropped', () => {
  describe('before the first row was written', () => {
    const words = (count: number) => Array.from({ length: count }, (_, at) => row(`k${at}`, 'words'));
    beforeEach(async () => {
      await models.begin(table(1));
      await models.checkpoint('t_v1');
      await other.begin(table(2));
    });

    test.each([1, 600])('is not made anew by a write of %i rows, for nobody', async (count) => {
      await expect(models.write('t_v1', words(count), '1')).rejects.toThrow('another server');
      expect(JSON.stringify(firestore.documents())).not.toContain('words');
      await expect(checkpointOf(models, table(1))).rejects.toBeInstanceOf(TableDropped);
    });

    test.each([1, 600])('is not made anew by a switch with %i rows', async (count) => {
      await expect(models.serve(table(1), { ...last, rows: words(count) })).rejects.toThrow('another server');
      expect(JSON.stringify(firestore.documents())).not.toContain('words');
      await expect(checkpointOf(models, table(1))).rejects.toBeInstanceOf(TableDropped);
    });

    test('is not made anew by who has begun it and not looked at it either', async () => {
      await models.begin(table(3));
      await other.begin(table(4));
      await expect(models.write('t_v3', words(1), '1')).rejects.toThrow('another server');
    });
  });

  test('does not come to serve', async () => {
    await models.begin(table(1));
    await other.begin(table(2));
    await models.checkpoint('t_v1');
    await expect(models.serve(table(1), last)).rejects.toThrow('another server');
    expect(await roles()).toEqual(['t_v2 building']);
  });

  test('is deleted by the next server that starts, where that one could not', async () => {
    await models.begin(table(1));
    await models.write('t_v1', [row('a', 'words')], '1');
    firestore.fail('Commit', 'PERMISSION_DENIED', { skip: 1 });
    await expect(models.drop('t_v1')).rejects.toThrow();
    expect(JSON.stringify(firestore.documents())).toContain('words');
    const next = await open();
    expect(await next.tables('t')).toEqual([]);
    await next.close();
    expect(JSON.stringify(firestore.documents())).not.toContain('words');
  });
});

describe('a table that a server of an earlier release has made anew after it was dropped', () => {
  /** It does not look whether there is one. */
  const left = async () => {
    const { db, close } = await openFirestore({ projectId: 'apps-of-ann', emulator: firestore.host });
    const layout = viewsLayout(db, 'mk0r');
    await layout.row('t_v1', 'a').set({ key: 'a', json: '"words"' });
    await layout.table('t_v1').set({ checkpoint: '7' });
    await close();
  };

  test('is nothing to go on from when the name is used again', async () => {
    await left();
    await models.begin(table(1));
    expect(await models.checkpoint('t_v1')).toBeUndefined();
    expect(await models.get('t_v1', 'a')).toBeUndefined();
    expect(await roles()).toEqual(['t_v1 building']);
  });

  test('is deleted by the next server that starts, and by the next switch', async () => {
    await left();
    firestore.pass(61_000);
    const next = await open();
    await next.begin(table(2));
    expect(await next.tables('t')).toHaveLength(1);
    await next.close();
    expect(JSON.stringify(firestore.documents())).not.toContain('words');
    await left();
    firestore.pass(61_000);
    await models.serve(table(2), last);
    await expect
      .poll(() => JSON.stringify(firestore.documents()), { timeout: 30_000 })
      .not.toContain('words');
    expect(await roles()).toEqual(['t_v2 serving']);
  });
});
