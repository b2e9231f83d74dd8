import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rightOf } from '../../../domain/testing/outcome.ts';
import { type Place, takePlace } from '../../lifecycle/place.ts';
import type { StorageConfig } from '../storage.ts';
import { formerViews, watchFormerViews } from './former-views.ts';

const SUFFIXES = ['', '-wal', '-shm', '-purge-due'];
const OTHERS = [
  'log/events.db',
  'log/vault.db',
  'log/directory.snapshot',
  'log/views-4711.db',
  'processes/worker-1/directory.snapshot',
  'processes/backup/views.db',
];

let dataDir: string;
const held: Place[] = [];
const warned: object[] = [];
const log = { info: () => undefined, warn: (fields: object) => void warned.push(fields) };

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mk0r-former-'));
  warned.length = 0;
  for (const other of OTHERS) write(other);
});
afterEach(() => {
  for (const place of held.splice(0)) place.release();
  rmSync(dataDir, { recursive: true, force: true });
});

const write = (name: string): void => {
  mkdirSync(dirname(join(dataDir, name)), { recursive: true });
  writeFileSync(join(dataDir, name), 'words');
};
const views = (...files: readonly string[]): void => {
  for (const file of files) for (const suffix of SUFFIXES) write(file + suffix);
};
/** What is left of views, by the names of their files. */
const left = (): readonly string[] =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .map((entry) => relative(dataDir, join(entry.parentPath, entry.name)))
    .filter((name) => /views/.test(name) && !OTHERS.includes(name))
    .toSorted();
const whole = (...files: readonly string[]): readonly string[] =>
  files.flatMap((file) => SUFFIXES.map((suffix) => file + suffix)).toSorted();

const take = (role: 'all' | 'api' | 'worker'): Place => {
  const place = rightOf(takePlace({ dataDir, role }));
  held.push(place);
  return place;
};

const kurrent = {} as NonNullable<NonNullable<StorageConfig['services']>['kurrent']>;
const firestore = { prefix: 'mk0r', keeps: { vault: false, views: true } } as NonNullable<
  NonNullable<StorageConfig['services']>['firestore']
>;
const looker = (place: Place, services: NonNullable<StorageConfig['services']> = {}) =>
  formerViews({ config: { dataDir, services }, ownDir: place.ownDir, log });

const ALL = [
  'log/views.db',
  'log/views-kurrentdb.db',
  'processes/worker-1/views.db',
  'processes/api-2/views.db',
];

describe('views that no process keeps any more', () => {
  test.each([
    ['in the log’s own file', {}, ['log/views.db']],
    ['of a log in KurrentDB', { kurrent }, ['log/views-kurrentdb.db']],
    ['in Firestore', { firestore }, []],
  ] as const)('are deleted by the only server, whose own are %s', (_, services, kept) => {
    views(...ALL);
    looker(take('all'), services)();
    expect(left()).toEqual(whole(...kept));
    expect(OTHERS.filter((name) => !existsSync(join(dataDir, name)))).toEqual([]);
    expect(warned).toEqual([]);
  });

  test('are those of the only server, once several processes share its directory', () => {
    const place = take('api');
    views('log/views.db', 'log/views-kurrentdb.db', 'processes/api-1/views.db');
    looker(place, { kurrent })();
    expect(left()).toEqual(whole('processes/api-1/views.db'));
  });

  test('are those of a place that stays empty, and never of one that is taken', () => {
    const [first, second, third] = [take('worker'), take('worker'), take('worker')];
    views(...[1, 2, 3].map((number) => `processes/worker-${number}/views.db`));
    const look = looker(first, { kurrent });
    look();
    second.release();
    third.release();
    look();
    expect(left()).toEqual(whole(...[1, 2, 3].map((number) => `processes/worker-${number}/views.db`)));
    // The second was only started again.
    expect(take('worker').ownDir).toBe(second.ownDir);
    look();
    expect(left()).toEqual(whole('processes/worker-1/views.db', 'processes/worker-2/views.db'));
    expect(OTHERS.filter((name) => !existsSync(join(dataDir, name)))).toEqual([]);
  });

  test('are the process’s own, too, where views are in Firestore now', () => {
    const place = take('worker');
    views('processes/worker-1/views.db');
    looker(place, { kurrent, firestore })();
    expect(left()).toEqual([]);
  });

  test('stay while those that serve have not caught up, and when the server ends before', async () => {
    const place = take('all');
    views('log/views.db', 'log/views-kurrentdb.db');
    const caughtUp = Promise.withResolvers<void>();
    const undo: (() => unknown)[] = [];
    const shutdown = { defer: (_: string, each: () => unknown) => void undo.push(each), run: async () => [] };
    const config = { dataDir, services: { kurrent } };
    const options = { config, ownDir: place.ownDir, log, shutdown };
    watchFormerViews({ ...options, caughtUp: caughtUp.promise });
    expect(left()).toEqual(whole('log/views.db', 'log/views-kurrentdb.db'));
    for (const each of undo) each();
    caughtUp.resolve();
    await caughtUp.promise;
    expect(left()).toEqual(whole('log/views.db', 'log/views-kurrentdb.db'));
    watchFormerViews({ ...options, caughtUp: caughtUp.promise });
    await expect.poll(left).toEqual(whole('log/views-kurrentdb.db'));
    for (const each of undo) each();
  });
});
