import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { purger } from './purger.ts';
import { writeAnewBeside } from './write-anew-beside.ts';

vi.mock('./write-anew-beside.ts', async (original) => {
  const actual = await original<typeof import('./write-anew-beside.ts')>();
  return { writeAnewBeside: vi.fn(actual.writeAnewBeside) };
});

const WORDS = 'what I never want to be read again';
let dir: string;
let database: DatabaseSync;
let reader: DatabaseSync;
let warnings: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-purge-'));
  const file = join(dir, 'kept.db');
  database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE rows (doc TEXT)');
  database.prepare('INSERT INTO rows VALUES (?)').run(WORDS);
  reader = new DatabaseSync(file, { readOnly: true });
  warnings = [];
});
afterEach(() => {
  for (const open of [reader, database]) if (open.isOpen) open.close();
  rmSync(dir, { recursive: true, force: true });
});

const logger = { warn: (fields: object, message: string) => warnings.push(JSON.stringify(fields) + message) };
const files = (): readonly string[] => readdirSync(dir);
const onDisk = (): string => files().reduce((all, name) => all + readFileSync(join(dir, name), 'latin1'), '');

/** As a backup or a look with `sqlite3` does: while it lasts, the write-ahead log cannot be emptied. */
const read = (): void => {
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM rows').get();
};

describe('a purge while another process reads the file', () => {
  it('says that it could not, and is tried again until it can', async () => {
    const purging = purger(database, { logger, againMs: 20 });
    database.exec('DELETE FROM rows');
    read();
    const purged = purging.soon();
    await expect.poll(() => warnings.length, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(warnings[0]).toContain('not off the disk yet');
    expect(warnings[0]).toContain('another process reads the file');
    expect(onDisk()).toContain(WORDS);
    reader.exec('ROLLBACK');
    await purged;
    expect(onDisk()).not.toContain(WORDS);
    expect(files().filter((name) => name.endsWith('-purge-due'))).toEqual([]);
  });

  it('is for the next start where the file is closed meanwhile', async () => {
    const purging = purger(database, { logger });
    database.exec('DELETE FROM rows');
    read();
    const purged = purging.soon();
    purging.atOnce();
    await expect(purged).rejects.toThrow('another process reads the file');
    expect(files()).toContain('kept.db-purge-due');
    expect(warnings).toHaveLength(1);
    reader.exec('ROLLBACK');
    await purger(database, { logger }).soon();
    expect(onDisk()).not.toContain(WORDS);
  });
});

describe('a purge of a file that is large', () => {
  it('lets everybody else go on, reads it still, and has whoever writes to it wait', async () => {
    const purging = purger(database, { logger, isBeside: true, againMs: 20, now: () => 0 });
    database.exec('DELETE FROM rows');
    await purging.idle();
    // Nothing gets past this; whoever wants to write the file anew waits for it.
    const holder = new DatabaseSync(join(dir, 'kept.db'));
    holder.exec('BEGIN IMMEDIATE');
    const purged = purging.soon();
    let mayWrite = true;
    await expect
      .poll(
        () => {
          void purging.idle().then(() => {
            mayWrite = true;
          });
          const before = mayWrite;
          mayWrite = false;
          return before;
        },
        { timeout: 20_000 },
      )
      .toBe(false);
    expect(database.prepare('SELECT count(*) AS n FROM rows').get()?.n).toBe(0);
    holder.exec('COMMIT');
    holder.close();
    await purged;
    await expect.poll(() => mayWrite).toBe(true);
    expect(onDisk()).not.toContain(WORDS);
    expect(files().filter((name) => name.endsWith('-purge-due'))).toEqual([]);
  });

  it('says why it could not in a thread, too, and what is asked for meanwhile is done as well', async () => {
    const purging = purger(database, { logger, isBeside: true, againMs: 20, now: () => 0 });
    database.exec('DELETE FROM rows');
    read();
    const purged = purging.soon();
    await expect.poll(() => warnings.length, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(warnings[0]).toContain('another process reads the file');
    reader.exec('ROLLBACK');
    await purging.idle();
    database.prepare('INSERT INTO rows VALUES (?)').run(`more of ${WORDS}`);
    database.exec('DELETE FROM rows');
    await Promise.all([purged, purging.soon()]);
    expect(onDisk()).not.toContain(WORDS);
    expect(files().filter((name) => name.endsWith('-purge-due'))).toEqual([]);
  });

  it('is tried again where there is no thread to be had', async () => {
    vi.mocked(writeAnewBeside).mockImplementationOnce(() => {
      throw new Error('no thread');
    });
    const purging = purger(database, { logger, isBeside: true, againMs: 20, now: () => 0 });
    database.exec('DELETE FROM rows');
    const purged = purging.soon();
    await expect.poll(() => warnings.length, { timeout: 30_000 }).toBe(1);
    expect(warnings[0]).toContain('no thread');
    await purging.idle();
    await purged;
    expect(onDisk()).not.toContain(WORDS);
  });

  it('takes no more than a twentieth of the time', async () => {
    vi.useFakeTimers();
    try {
      let looks = 0;
      /** Each look at the clock takes a second, and so a purge takes some. */
      const purging = purger(database, { logger, now: () => performance.now() + 1_000 * looks++ });
      database.exec('DELETE FROM rows');
      void purging.soon();
      await vi.advanceTimersByTimeAsync(3_000);
      expect(onDisk()).not.toContain(WORDS);
      database.prepare('INSERT INTO rows VALUES (?)').run(WORDS);
      database.exec('DELETE FROM rows');
      void purging.soon();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(onDisk()).toContain(WORDS);
      expect(files()).toContain('kept.db-purge-due');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(onDisk()).not.toContain(WORDS);
    } finally {
      vi.useRealTimers();
    }
  });

  describe('that takes long', () => {
    const TAKES_MS = 2_000;
    let spent: number;
    let attempts: number;
    let isFull: boolean;
    beforeEach(() => {
      vi.useFakeTimers();
      [spent, attempts, isFull] = [0, 0, false];
      const exec = database.exec.bind(database);
      vi.spyOn(database, 'exec').mockImplementation((sql) => {
        if (sql === 'VACUUM') {
          spent += TAKES_MS;
          attempts += 1;
          if (isFull) throw new Error('database or disk is full');
        }
        exec(sql);
      });
    });
    afterEach(() => void vi.useRealTimers());
    const slow = () => purger(database, { logger, againMs: 1_000, now: () => performance.now() + spent });

    it('is followed by as much rest when only the write-ahead log was left to be emptied', async () => {
      const purging = slow();
      read();
      const purged = purging.soon();
      await vi.advanceTimersByTimeAsync(3_500);
      reader.exec('ROLLBACK');
      await vi.advanceTimersByTimeAsync(1_000);
      await purged;
      void purging.soon();
      await vi.advanceTimersByTimeAsync(30_000);
      expect(attempts).toBe(1);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(attempts).toBe(2);
    });

    it('is followed by as much rest when it has failed', async () => {
      isFull = true;
      void slow().soon();
      await vi.advanceTimersByTimeAsync(38_000);
      expect(attempts).toBe(1);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(attempts).toBe(2);
    });
  });

  it('is for the next start when it is closed', async () => {
    const purging = purger(database, { logger, largestAtClose: 1 });
    database.exec('DELETE FROM rows');
    const purged = purging.soon();
    purging.atOnce();
    await expect(purged).rejects.toThrow('large');
    expect(files()).toContain('kept.db-purge-due');
    await purger(database, { logger }).soon();
    expect(onDisk()).not.toContain(WORDS);
  });
});
