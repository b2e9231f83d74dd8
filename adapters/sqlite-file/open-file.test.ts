import { copyFile, open, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import type { OpenError } from './open-error.ts';
import { openSqliteFile, openSqliteFileForReading } from './open-file.ts';
import { pragma } from './pragma.ts';
import { contents, temporaryDirectories } from './testing.ts';

const temporaryDirectory = temporaryDirectories();
const MIGRATIONS = ['CREATE TABLE things (name TEXT) STRICT'];

const describeFile = (file: string, migrations: readonly string[] = MIGRATIONS) => ({
  file,
  what: 'test file',
  applicationId: 0x6d6b3054,
  migrations,
  busyTimeoutMs: 1_000,
});

/** A file with some pages in it, closed and checkpointed. */
const aFile = async () => {
  const directory = await temporaryDirectory();
  const file = join(directory, 'things.db');
  const db = rightOf(openSqliteFile(describeFile(file)));
  const insert = db.prepare('INSERT INTO things VALUES (?)');
  for (let index = 0; index < 200; index += 1) insert.run(`${index}`.repeat(100));
  db.close();
  return { directory, file };
};

const overwrite = async (file: string, position: number, bytes: Buffer) => {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
};

const refusal = (file: string, migrations = MIGRATIONS): OpenError => {
  const opened = openSqliteFile(describeFile(file, migrations));
  if (Either.isRight(opened)) {
    opened.right.close();
    throw new Error('expected a refusal');
  }
  return opened.left;
};

test.each([
  ['with another beginning', (file: string) => overwrite(file, 0, Buffer.from('not a database'))],
  ['cut to nothing', (file: string) => truncate(file, 0)],
  ['cut in the middle', async (file: string) => truncate(file, (await stat(file)).size / 2)],
  ['with a page of zeros', (file: string) => overwrite(file, 2 * 4096, Buffer.alloc(4096))],
  ['with a page of noise', (file: string) => overwrite(file, 3 * 4096, Buffer.alloc(4096, 0xa5))],
])('a file %s is refused by name, and stays as it is', async (_, spoil) => {
  const { directory, file } = await aFile();
  await spoil(file);
  const before = await contents(directory);
  const error = refusal(file);
  expect(error.tag).toBe('FileDamaged');
  expect(error.message).toContain(file);
  expect(error.message).toContain('Nothing was deleted');
  expect(error.message).toContain('backup');
  expect(await contents(directory)).toEqual(before);
});

test('a file that is gone while its write-ahead log is there is not replaced by a new one', async () => {
  const { directory, file } = await aFile();
  await writeFile(`${file}-wal`, 'the last commits');
  await unlink(file);
  expect(refusal(file).tag).toBe('FileDamaged');
  expect(Object.keys(await contents(directory))).toEqual(['things.db-wal']);
});

test('a damaged file keeps the write-ahead log that a killed process left', async () => {
  const { file } = await aFile();
  const killed = new DatabaseSync(file);
  killed.exec("INSERT INTO things VALUES ('not yet folded into the file')");
  const directory = await temporaryDirectory();
  const left = join(directory, 'things.db');
  await copyFile(file, left);
  await copyFile(`${file}-wal`, `${left}-wal`);
  killed.close();
  await overwrite(left, 2 * 4096, Buffer.alloc(4096));
  const before = await contents(directory);
  expect(refusal(left).tag).toBe('FileDamaged');
  expect(Object.keys(before)).toEqual(['things.db', 'things.db-wal']);
  expect(await contents(directory)).toEqual(before);
});

test("another program's database is left alone", async () => {
  const directory = await temporaryDirectory();
  const file = join(directory, 'things.db');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE bookmarks (url TEXT)');
  other.close();
  const before = await contents(directory);
  expect(refusal(file).tag).toBe('FileForeign');
  expect(await contents(directory)).toEqual(before);
});

test('a file of a newer release is refused, saying so', async () => {
  const { file } = await aFile();
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 7');
  newer.close();
  expect(refusal(file)).toMatchObject({ tag: 'FileTooNew', message: expect.stringContaining('version 7') });
});

test('a file of an older release is brought up to date, keeping what it holds', async () => {
  const { file } = await aFile();
  const migrations = [...MIGRATIONS, "ALTER TABLE things ADD COLUMN colour TEXT DEFAULT 'red'"];
  const db = rightOf(openSqliteFile(describeFile(file, migrations)));
  expect(pragma(db, 'user_version')).toBe(2);
  expect(db.prepare('SELECT count(*) AS n FROM things WHERE colour = ?').get('red')?.n).toBe(200);
  db.close();
});

test('a new file is readable by its owner alone, synced on every commit, and leaves no draft behind', async () => {
  const directory = await temporaryDirectory();
  const file = join(directory, 'deep', 'things.db');
  const db = rightOf(openSqliteFile(describeFile(file)));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600);
  expect(pragma(db, 'synchronous')).toBe(2);
  db.close();
  expect(Object.keys(await contents(join(directory, 'deep')))).toEqual(['things.db']);
});

test('a directory that cannot be made is named', async () => {
  const { file } = await aFile();
  const below = join(file, 'things.db');
  expect(refusal(below)).toMatchObject({ tag: 'FileInaccessible', message: expect.stringContaining(below) });
});

test('whoever only reads changes nothing, and sees what a writer commits meanwhile', async () => {
  const { file } = await aFile();
  const writer = rightOf(openSqliteFile(describeFile(file)));
  const reader = rightOf(openSqliteFileForReading(describeFile(file)));
  const count = reader.prepare('SELECT count(*) AS n FROM things');
  expect(() => reader.exec("INSERT INTO things VALUES ('no')")).toThrow('readonly');
  writer.exec("INSERT INTO things VALUES ('yes')");
  expect(count.get()?.n).toBe(201);
  reader.close();
  writer.close();
});

const LATER = [...MIGRATIONS, 'CREATE TABLE more (name TEXT) STRICT'];

test.each([
  ['that is not there', 'FileMissing', MIGRATIONS, async (file: string) => unlink(file)],
  ['of a release before', 'FileTooOld', LATER, async () => undefined],
  ['of a release after', 'FileTooNew', MIGRATIONS, async (file: string) => setVersion(file, 2)],
] as const)('a file %s is not read, and not made, migrated or changed', async (_, tag, known, change) => {
  const { directory, file } = await aFile();
  await change(file);
  const before = await contents(directory);
  const opened = openSqliteFileForReading(describeFile(file, known));
  expect(Either.isLeft(opened) && opened.left).toMatchObject({ tag, file });
  expect(await contents(directory)).toEqual(before);
});

test.each([
  ['a definition', (file: string) => replaceOnce(file, 'name TEXT', 'nape TEXT')],
  ['the schema version', (file: string) => setVersion(file, 0)],
])('a file in which %s was changed is refused', async (_, change) => {
  const { file } = await aFile();
  await change(file);
  expect(refusal(file)).toMatchObject({
    tag: 'FileDamaged',
    message: expect.stringContaining('definition of "things"'),
  });
});

test('an index that somebody added is no damage', async () => {
  const { file } = await aFile();
  const db = new DatabaseSync(file);
  db.exec('CREATE INDEX things_by_name ON things (name); ANALYZE');
  db.close();
  const opened = openSqliteFile(describeFile(file));
  expect(opened._tag).toBe('Right');
  if (Either.isRight(opened)) opened.right.close();
});

test('an index that does not know a row is found', async () => {
  const { file } = await aFile();
  const indexed = [...MIGRATIONS, 'CREATE INDEX things_by_name ON things (name)'];
  const db = rightOf(openSqliteFile(describeFile(file, indexed)));
  db.close();
  const bytes = await readFile(file);
  // Twice in the file: the table's cell, then the index's, on a later page.
  bytes[bytes.lastIndexOf('7'.repeat(100))] = 0x78;
  await writeFile(file, bytes);
  expect(refusal(file, indexed)).toMatchObject({
    tag: 'FileDamaged',
    message: expect.stringMatching(/index/),
  });
});

const replaceOnce = async (file: string, text: string, by: string): Promise<void> => {
  const bytes = await readFile(file);
  bytes.write(by, bytes.indexOf(text));
  await writeFile(file, bytes);
};

const setVersion = (file: string, version: number): void => {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA user_version = ${version}`);
  db.close();
};
