import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import type { Vault } from '../../commands/ports/vault.ts';
import { left, right, rightOf } from '../../domain/testing/outcome.ts';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { openSqliteVault } from './sqlite.ts';
import { vaultContract } from './vault.contract.ts';

const temporaryDirectory = temporaryDirectories();
const vaults: { close: () => void }[] = [];
afterEach(() => {
  for (const vault of vaults.splice(0)) vault.close();
});

const MASTER_KEY = randomBytes(32);

const open = (file: string, masterKey: Uint8Array = MASTER_KEY): Vault => {
  const vault = rightOf(openSqliteVault({ file, masterKey }));
  vaults.push(vault);
  return vault;
};

const newFile = async () => join(await temporaryDirectory(), 'vault.db');

const sessionWith = async (vault: Vault, values: Readonly<Record<string, string>>): Promise<string> => {
  const session = randomUUID();
  await right(vault.openSession(session));
  await right(vault.put(session, values));
  return session;
};

/** Every byte of every file beside `file`. */
const rawBytes = async (file: string): Promise<Buffer> => {
  const directory = join(file, '..');
  const names = await readdir(directory);
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(directory, name)))));
};

vaultContract('SQLite', async () => ({ vault: open(await newFile()), dispose: async () => undefined }));

describe('the SQLite vault', () => {
  test('another master key does not open it, and changes nothing', async () => {
    const file = await newFile();
    const session = await sessionWith(open(file), { NAME: 'value' });
    const opened = openSqliteVault({ file, masterKey: randomBytes(32) });
    expect(opened).toMatchObject({ left: { tag: 'WrongMasterKey', message: expect.stringContaining(file) } });
    expect(await right(open(file).all(session))).toEqual({ NAME: 'value' });
  });

  test('a key that is not 32 bytes long does not make a vault', async () => {
    const file = await newFile();
    expect(openSqliteVault({ file, masterKey: randomBytes(16) })).toMatchObject({ _tag: 'Left' });
    expect(await readdir(join(file, '..'))).toEqual([]);
  });

  test('no value and no key is readable in its files', async () => {
    const file = await newFile();
    const vault = open(file);
    const session = await sessionWith(vault, { NAME: 'a value that must not be seen' });
    const raw = await rawBytes(file);
    expect(raw.includes('a value that must not be seen')).toBe(false);
    expect(raw.includes(Buffer.from((await right(vault.dataKey(session))) ?? ''))).toBe(false);
    expect(raw.includes(MASTER_KEY)).toBe(false);
  });

  test.each([
    [
      'the ciphertext of another name',
      "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE name = 'ONE') WHERE name = 'TWO'",
    ],
    ['a name of its own', "UPDATE secrets SET name = CASE name WHEN 'ONE' THEN 'THREE' ELSE name END"],
  ])('a ciphertext does not decrypt under a name it was not sealed for (%s)', async (_, move) => {
    const file = await newFile();
    const vault = open(file);
    const session = await sessionWith(vault, { ONE: '1', TWO: '2' });
    const raw = new DatabaseSync(file);
    raw.exec(move);
    raw.close();
    expect((await left(vault.all(session))).message).toContain('does not decrypt');
  });

  test('a ciphertext moved to another session does not decrypt, not even with its key', async () => {
    const file = await newFile();
    const vault = open(file);
    const one = await sessionWith(vault, { NAME: 'of one' });
    const two = await sessionWith(vault, { NAME: 'of two' });
    const raw = new DatabaseSync(file);
    raw
      .prepare('UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE session = ?) WHERE session = ?')
      .run(one, two);
    expect((await left(vault.all(two))).message).toContain('does not decrypt');
    raw
      .prepare(
        'UPDATE sessions SET wrapped_key = (SELECT wrapped_key FROM sessions WHERE id = ?) WHERE id = ?',
      )
      .run(one, two);
    raw.close();
    expect((await left(vault.all(two))).message).toContain('does not unwrap');
  });

  test('after a shred no file holds the wrapped key or a ciphertext of the session', async () => {
    const file = await newFile();
    const vault = open(file);
    const others = [];
    for (let index = 0; index < 10; index += 1)
      others.push(await sessionWith(vault, { NAME: 'x'.repeat(index * 40) }));
    const gone = await sessionWith(vault, { ONE: 'first', TWO: 'second'.repeat(100) });
    await right(vault.put(gone, { ONE: 'replaced' }));
    const raw = new DatabaseSync(file);
    const bytesOf = (sql: string) =>
      raw
        .prepare(sql)
        .all(gone)
        .map(({ bytes }) => bytes);
    const secret = [
      ...bytesOf('SELECT wrapped_key AS bytes FROM sessions WHERE id = ?'),
      ...bytesOf('SELECT sealed AS bytes FROM secrets WHERE session = ?'),
    ].filter((bytes) => bytes instanceof Uint8Array);
    raw.close();

    expect(secret).toHaveLength(3);
    const before = await rawBytes(file);
    for (const bytes of secret) expect(before.includes(Buffer.from(bytes.subarray(0, 16)))).toBe(true);
    await right(vault.shred(gone));
    const after = await rawBytes(file);
    for (const bytes of secret) expect(after.includes(Buffer.from(bytes.subarray(0, 16)))).toBe(false);
    for (const other of others) expect(Object.keys(await right(vault.all(other)))).toEqual(['NAME']);
  });

  test('a shred that cannot empty the log, as another process reads it, says so and works when repeated', async () => {
    const file = await newFile();
    const vault = open(file);
    const session = await sessionWith(vault, { NAME: 'value' });
    const reader = new DatabaseSync(file);
    reader.exec('BEGIN; SELECT * FROM secrets');
    expect((await left(vault.shred(session))).message).toContain('try again');
    expect(await right(vault.all(session))).toEqual({});
    reader.exec('COMMIT');
    reader.close();
    await right(vault.shred(session));
  });

  test('a key that another process shredded is not kept in memory', async () => {
    const file = await newFile();
    const [one, two] = [open(file), open(file)];
    const session = await sessionWith(one, { NAME: 'value' });
    expect(await right(two.all(session))).toEqual({ NAME: 'value' });
    await right(one.shred(session));
    expect(await right(two.dataKey(session))).toBeUndefined();
    expect((await left(two.put(session, { NAME: 'again' }))).tag).toBe('VaultUnavailable');
  });

  test('it opens again with what it held, tombstones included', async () => {
    const file = await newFile();
    const first = rightOf(openSqliteVault({ file, masterKey: MASTER_KEY }));
    const kept = await sessionWith(first, { NAME: 'value' });
    const gone = await sessionWith(first, { NAME: 'value' });
    await right(first.shred(gone));
    first.close();
    const again = open(file);
    expect(await right(again.all(kept))).toEqual({ NAME: 'value' });
    expect(await right(again.openSession(gone))).toBe(false);
  });
});
