import { mkdtempSync, rmSync, type StatsFs, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { purger } from './purger.ts';
import { writeAnew } from './write-anew.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  statfsSync: vi.fn(),
}));

const SIZE = 2_000_000;
let dir: string;
let file: string;
let database: DatabaseSync;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-anew-'));
  file = join(dir, 'kept.db');
  database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE rows (doc BLOB)');
  database.exec(`INSERT INTO rows VALUES (zeroblob(${SIZE}))`);
  free(100 * SIZE);
});
afterEach(() => {
  vi.restoreAllMocks();
  database.close();
  rmSync(dir, { recursive: true, force: true });
});

const free = (bytes: number, blocks = 1_000_000): void => {
  vi.mocked(statfsSync).mockReturnValue({ blocks, bavail: bytes / 1_000, bsize: 1_000 } as StatsFs);
};
const logSize = (): number => statSync(`${file}-wal`).size;
const vacuuming = () => vi.spyOn(database, 'exec');
const anew = (): boolean => writeAnew(database, { isWrittenAnew: false });

describe('a file', () => {
  it('is written anew where twice its size is free, on the disk it is on', () => {
    expect(anew()).toBe(true);
    expect(statfsSync).toHaveBeenCalledWith(dir);
    expect(logSize()).toBe(0);
  });

  it('is left as it is where less is free, and it is said how much that is', () => {
    const exec = vacuuming();
    free(3_000_000);
    expect(anew).toThrow(`writing ${file} anew takes up to 4.0 MB of free disk, and 3.0 MB are free`);
    expect(exec).not.toHaveBeenCalled();
  });

  it('is written anew on a disk that does not say how large it is', () => {
    free(0, 0);
    expect(anew()).toBe(true);
  });

  it('has its write-ahead log emptied whatever is free, once it is written anew', () => {
    free(0);
    expect(writeAnew(database, { isWrittenAnew: true })).toBe(true);
    expect(logSize()).toBe(0);
  });

  it('gives the disk back where writing it fails on the way', () => {
    vacuuming().mockImplementation(() => {
      throw new Error('database or disk is full');
    });
    expect(logSize()).toBeGreaterThan(SIZE);
    expect(anew).toThrow('database or disk is full');
    expect(logSize()).toBe(0);
  });
});

describe('a purge for which there is no room', () => {
  it('says so, and is made once there is', async () => {
    const warn = vi.fn();
    const purging = purger(database, { logger: { warn }, againMs: 20 });
    free(1_000_000);
    const purged = purging.soon();
    await expect.poll(() => warn.mock.calls.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(warn.mock.calls[0]?.[0]).toEqual({
      file,
      reason: `writing ${file} anew takes up to 4.0 MB of free disk, and 1.0 MB are free`,
    });
    free(100 * SIZE);
    await purged;
  });
});
