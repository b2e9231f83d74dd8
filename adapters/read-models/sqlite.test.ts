import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Row } from '../../projections/ports.ts';
import { readModelsContract } from './read-models.contract.ts';
import { restartsContract } from './restarts.contract.ts';
import { openSqliteReadModels } from './sqlite.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const directory = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'mk0r-views-'));
  opened.push(() => rm(made, { recursive: true }));
  return made;
};

readModelsContract('SQLite', async () => {
  const made = await mkdtemp(join(tmpdir(), 'mk0r-views-'));
  const readModels = openSqliteReadModels({ file: join(made, 'views.db') });
  return {
    readModels,
    dispose: async () => {
      await readModels.close();
      await rm(made, { recursive: true });
    },
  };
});

const row = (key: string, doc: unknown): Row => ({ key, doc, indexes: { all: ['yes'] } });

describe('a write that fails half-way', () => {
  test('has written neither rows nor checkpoint', async () => {
    const file = join(await directory(), 'views.db');
    const readModels = openSqliteReadModels({ file });
    opened.push(() => readModels.close());
    await readModels.write('t_v1', [row('a', 'before')], '1');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(readModels.write('t_v1', [row('a', 'after'), row('b', circular)], '2')).rejects.toThrow();
    expect(await readModels.get('t_v1', 'a')).toBe('before');
    expect(await readModels.checkpoint('t_v1')).toBe('1');
    expect(await readModels.find('t_v1', 'all', 'yes')).toEqual(['before']);
  });
});

restartsContract(
  'SQLite',
  async () => {
    const made = await mkdtemp(join(tmpdir(), 'mk0r-views-'));
    const file = join(made, 'views.db');
    return {
      open: async () => openSqliteReadModels({ file }),
      remove: () => rm(made, { recursive: true }),
    };
  },
  { runs: 15 },
);
