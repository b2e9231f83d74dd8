import { describe, expect, test } from 'vitest';
import { codeFor, planOf } from './plan.ts';
import type { CataloguedTable, TableRole } from './ports.ts';
import { type Projection, tableOf } from './projection.ts';

const version = (number: number, previous?: Projection<string>): Projection<string> => ({
  name: 'view',
  version: number,
  keyOf: () => undefined,
  evolve: (doc) => doc,
  indexes: () => ({}),
  ...(previous === undefined ? {} : { previous }),
});

const table = (
  role: TableRole,
  number: number,
  { generation = 1, pinned = false } = {},
): CataloguedTable => ({
  name: tableOf({ name: 'view', version: number }, generation),
  projection: 'view',
  version: number,
  generation,
  role,
  pinned,
});

const names = ({ serve, keep, build, ...rest }: ReturnType<typeof planOf>) => ({
  ...rest,
  serve: serve?.name,
  keep: keep?.name,
  build: build?.name,
});
const plan = (projection: Projection<string>, ...tables: readonly CataloguedTable[]) =>
  names(planOf(projection, tables));

describe('at a start', () => {
  test('a new data directory gets its first table', () => {
    expect(plan(version(1))).toMatchObject({ serve: undefined, build: 'view_v1', isNew: true });
  });

  test('the table of this version goes on serving, and the one before is kept', () => {
    expect(plan(version(2), table('serving', 2), table('kept', 1))).toMatchObject({
      serve: 'view_v2',
      keep: 'view_v1',
      build: undefined,
    });
  });

  test('a new version is built beside the one that serves', () => {
    expect(plan(version(2), table('serving', 1))).toMatchObject({
      serve: 'view_v1',
      build: 'view_v2',
      isNew: true,
    });
  });

  test('a build that was cut off goes on', () => {
    expect(plan(version(2), table('serving', 1), table('building', 2))).toMatchObject({
      serve: 'view_v1',
      build: 'view_v2',
      isNew: false,
    });
    const rebuild = table('building', 2, { generation: 2 });
    expect(plan(version(2), table('serving', 2), rebuild)).toMatchObject({
      build: 'view_v2~2',
      isNew: false,
    });
  });

  test('what another release was building is left to it', () => {
    expect(plan(version(1), table('serving', 1), table('building', 2))).toMatchObject({ build: undefined });
  });

  test('an older release takes up the table it left, instead of building one', () => {
    expect(plan(version(1), table('serving', 2), table('kept', 1))).toMatchObject({
      serve: 'view_v2',
      keep: undefined,
      build: 'view_v1',
      isNew: false,
    });
  });

  test('what an operator went back to stays, as long as this release has the code for it', () => {
    const tables = [table('serving', 1, { pinned: true }), table('kept', 2)];
    expect(plan(version(2, version(1)), ...tables)).toMatchObject({
      serve: 'view_v1',
      keep: 'view_v2',
      build: undefined,
      pinned: true,
    });
    expect(plan(version(2), ...tables)).toMatchObject({ build: 'view_v2', pinned: false });
  });

  test('a rebuild gets a generation no table here has', () => {
    const tables = [table('serving', 1), table('kept', 2, { generation: 3 })];
    expect(plan(version(2), tables[0] ?? table('serving', 1))).toMatchObject({ build: 'view_v2' });
    expect(plan(version(3), ...tables)).toMatchObject({ build: 'view_v3' });
  });
});

test('only this version and the one before have code', () => {
  const second = version(2, version(1));
  expect(codeFor(second, { version: 2 })).toBe(second);
  expect(codeFor(second, { version: 1 })?.version).toBe(1);
  expect(codeFor(second, { version: 3 })).toBeUndefined();
});
