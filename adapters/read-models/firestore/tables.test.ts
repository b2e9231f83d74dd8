import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadModels, Row, Table } from '../../../projections/ports.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
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
