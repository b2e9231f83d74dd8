import { copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Either from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import { acknowledgedFile, acknowledgements, readAcknowledged } from './acknowledged.ts';
import { openSqliteFile } from './open-file.ts';
import { contents, temporaryDirectories } from './testing.ts';

const temporaryDirectory = temporaryDirectories();

const spec = (file: string) => ({
  file,
  what: 'test file',
  applicationId: 0x6d6b3054,
  migrations: ['CREATE TABLE steps (number INTEGER PRIMARY KEY) STRICT'],
  busyTimeoutMs: 1_000,
  progress: { of: 'step', query: 'SELECT max(number) FROM steps' },
});

/** A database of `steps` steps, all in its write-ahead log, as a killed process leaves it; `noted` were acknowledged. */
const killedAfter = async (steps: number, noted: number) => {
  const [living, killed] = [await temporaryDirectory(), await temporaryDirectory()];
  const from = join(living, 'steps.db');
  const db = rightOf(openSqliteFile(spec(from)));
  const notes = acknowledgements(from);
  for (let step = 1; step <= steps; step += 1) db.exec(`INSERT INTO steps VALUES (${step})`);
  notes.note(noted);
  const file = join(killed, 'steps.db');
  for (const suffix of ['', '-wal', '-acknowledged']) await copyFile(from + suffix, file + suffix);
  notes.close();
  db.close();
  return { directory: killed, file };
};

const open = (file: string): string => {
  const opened = openSqliteFile(spec(file));
  if (Either.isLeft(opened)) return opened.left.message;
  opened.right.close();
  return 'opened';
};

test('what was noted last is what is read, and its note never grows', async () => {
  const file = join(await temporaryDirectory(), 'steps.db');
  expect(readAcknowledged(file)).toBeUndefined();
  const notes = acknowledgements(file);
  notes.note(9);
  const { size } = await stat(acknowledgedFile(file));
  notes.note(Number.MAX_SAFE_INTEGER);
  notes.close();
  expect(readAcknowledged(file)).toBe(Number.MAX_SAFE_INTEGER);
  expect((await stat(acknowledgedFile(file))).size).toBe(size);
});

test('a damaged note says nothing, whichever byte it is', async () => {
  const file = join(await temporaryDirectory(), 'steps.db');
  const notes = acknowledgements(file);
  notes.note(1_234_567);
  notes.close();
  const bytes = await readFile(acknowledgedFile(file));
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    await writeFile(acknowledgedFile(file), flipped);
    expect(readAcknowledged(file)).toBeUndefined();
    await writeFile(acknowledgedFile(file), bytes.subarray(0, at));
    expect(readAcknowledged(file)).toBeUndefined();
  }
});

test('a database that is where it was, or further, opens', async () => {
  expect(open((await killedAfter(5, 5)).file)).toBe('opened');
  expect(open((await killedAfter(5, 3)).file)).toBe('opened');
});

test('one whose write-ahead log has lost its end is refused and left as it is, saying what is missing', async () => {
  const { directory, file } = await killedAfter(5, 5);
  const log = await readFile(`${file}-wal`);
  await writeFile(`${file}-wal`, log.subarray(0, log.length - 1));
  const before = await contents(directory);
  expect(open(file)).toMatch(/ends at step 4, but everything up to step 5 was acknowledged/);
  expect(await contents(directory)).toEqual(before);
});

test('whoever put an older copy there deletes the note, as the refusal says', async () => {
  const { file } = await killedAfter(5, 5);
  await rm(`${file}-wal`);
  expect(open(file)).toContain(`delete ${file}-acknowledged`);
  await rm(`${file}-acknowledged`);
  expect(open(file)).toBe('opened');
});

test('a database that is gone is not begun anew while its note is there', async () => {
  const { directory, file } = await killedAfter(5, 5);
  await rm(file);
  await rm(`${file}-wal`);
  expect(open(file)).toContain('it is missing');
  expect(Object.keys(await contents(directory))).toEqual(['steps.db-acknowledged']);
});

test('a note that cannot be written is said once, and stops nobody', async () => {
  const said: string[] = [];
  const notes = acknowledgements(join(await temporaryDirectory(), 'nowhere', 'steps.db'), {
    warn: (_, message) => said.push(message),
  });
  notes.note(1);
  notes.note(2);
  expect(said).toEqual(['what was acknowledged is not noted']);
});
