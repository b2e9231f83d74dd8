import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadModels } from '../../projections/ports.ts';
import { openSqliteReadModels } from './sqlite.ts';

const WORDS = 'what I never want to be read again';
let dir: string;
let models: ReadModels;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-views-'));
  models = openSqliteReadModels({ file: join(dir, 'views.db') });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const row = (key: string, doc: unknown) => ({ key, doc, indexes: {} });
const onDisk = (): string =>
  readdirSync(dir)
    .map((name) => readFileSync(join(dir, name), 'latin1'))
    .join('');

/** Documents of many sizes, written over again and again: pages split, merge and leave copies behind. */
const live = async (): Promise<void> => {
  for (let round = 0; round < 20; round += 1) {
    const rows = Array.from({ length: 40 }, (_, n) =>
      row(`s${n}`, `${WORDS} ${'x'.repeat((n * round * 7) % 900)}`),
    );
    await models.write('views', rows, `${round}`);
  }
};

describe('views that were written over', () => {
  it('are off the disk after a purge, and what replaced them is there', async () => {
    await live();
    await models.write(
      'views',
      Array.from({ length: 40 }, (_, n) => row(`s${n}`, '[erased]')),
      '20',
    );
    expect(onDisk()).toContain(WORDS);
    await Promise.all([models.purge(), models.purge()]);
    expect(onDisk()).not.toContain(WORDS);
    expect(await models.get('views', 's1')).toBe('[erased]');
    await models.close();
  });

  it('are off the disk soon after the next start, when the process was killed before the purge', async () => {
    await live();
    await models.write(
      'views',
      Array.from({ length: 40 }, (_, n) => row(`s${n}`, undefined)),
      '20',
    );
    models.purge().catch(() => undefined);
    const killed = mkdtempSync(join(tmpdir(), 'mk0r-views-'));
    cpSync(dir, killed, { recursive: true });
    await models.close();
    [dir, models] = [killed, openSqliteReadModels({ file: join(killed, 'views.db') })];
    expect(onDisk()).toContain(WORDS);
    await expect.poll(onDisk, { timeout: 20_000 }).not.toContain(WORDS);
    await models.close();
  });

  it('are off the disk when the file is closed before the purge has begun', async () => {
    await live();
    await models.write(
      'views',
      Array.from({ length: 40 }, (_, n) => row(`s${n}`, undefined)),
      '20',
    );
    const purged = models.purge();
    await models.close();
    await purged;
    expect(onDisk()).not.toContain(WORDS);
  });

  it('are off the disk though more was written all the time, and all of that is there', async () => {
    await live();
    let isPurged = false;
    const purged = models.purge().then(() => {
      isPurged = true;
    });
    let last = 20;
    for (; !isPurged; last += 1) {
      await models.write(
        'views',
        Array.from({ length: 40 }, (_, n) => row(`s${n}`, `round ${last}`)),
        `${last}`,
      );
      await new Promise(setImmediate);
    }
    await purged;
    expect(onDisk()).not.toContain(WORDS);
    expect(await models.get('views', 's7')).toBe(`round ${last - 1}`);
    expect(await models.checkpoint('views')).toBe(`${last - 1}`);
    await models.close();
  });
});
