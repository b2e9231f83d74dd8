import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Overtaken } from '../../../projections/overtaken.ts';
import type { ReadModels, Row } from '../../../projections/ports.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
import { openFirestoreReadModels } from './open.ts';

const many = (count: number, doc: unknown): readonly Row[] =>
  Array.from({ length: count }, (_, at) => ({ key: `k${at}`, doc, indexes: { all: ['yes'] } }));

let firestore: FirestoreStandIn;
let models: ReadModels;
let other: ReadModels;
beforeEach(async () => {
  firestore = await startFirestoreStandIn();
  const open = () =>
    openFirestoreReadModels({
      projectId: 'apps-of-ann',
      emulator: firestore.host,
      pace: async () => undefined,
    });
  [models, other] = await Promise.all([open(), open()]);
});
afterEach(async () => {
  await models.close();
  await other.close();
  await firestore.close();
});

const commits = (): number => firestore.asked().filter((method) => method === 'Commit').length;
/** A commit meets contention after so many more, and is made once more about a second later. */
const contention = (skip: number) => firestore.fail('Commit', 'ABORTED', { skip });
const isMade = (commit: number) =>
  expect.poll(commits, { interval: 1, timeout: 30_000 }).toBeGreaterThanOrEqual(commit);

/** What another server hears that has the same events, and more rows than one commit takes as well. */
const comesSecond = () => other.write('t_v1', many(600, 'theirs'), '5').catch((error: unknown) => error);
const UNDER_WAY = { name: 'Overtaken', isUnderWay: true };

describe('more rows than one commit takes', () => {
  test('are written by one server to the end, while another one that comes in between is told so', async () => {
    // Whose they are, that there is nothing left over, and the first slice.
    contention(2);
    const written = models.write('t_v1', many(1_200, 'ours'), '9');
    await isMade(3);
    expect(await comesSecond()).toMatchObject(UNDER_WAY);
    expect(await written).toBe('here');
    expect(new Set(await other.find('t_v1', 'all', 'yes'))).toEqual(new Set(['ours']));
    expect(await other.checkpoint('t_v1')).toBe('9');
  });

  test('are its own for as long as it writes, however long that takes', async () => {
    contention(2);
    contention(1);
    const written = models.write('t_v1', many(1_200, 'ours'), '9');
    await isMade(3);
    firestore.pass(20_000);
    await isMade(5);
    firestore.pass(20_000);
    expect(await comesSecond()).toMatchObject(UNDER_WAY);
    expect(await written).toBe('here');
  });

  test('are written by another one half a minute after the last sign of who has ended over them', async () => {
    firestore.fail('Commit', 'PERMISSION_DENIED', { skip: 3 });
    await expect(models.write('t_v1', many(1_200, 'ours'), '9')).rejects.not.toBeInstanceOf(Overtaken);
    firestore.pass(29_000);
    expect(await comesSecond()).toMatchObject(UNDER_WAY);
    firestore.pass(1_000);
    expect(await comesSecond()).toBe('here');
    expect(new Set(await models.find('t_v1', 'all', 'yes'))).toEqual(new Set(['theirs']));
  });

  test('are written at once by the server itself that could not write all of them', async () => {
    firestore.fail('Commit', 'PERMISSION_DENIED', { skip: 3 });
    await expect(models.write('t_v1', many(1_200, 'ours'), '9')).rejects.not.toBeInstanceOf(Overtaken);
    expect(await models.write('t_v1', many(1_200, 'ours'), '9')).toBe('here');
  });
});
