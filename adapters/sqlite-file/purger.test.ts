import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { purger } from './purger.ts';

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
