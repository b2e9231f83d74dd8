import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Vault } from '../../commands/ports/vault.ts';
import { left, right } from '../../domain/testing/outcome.ts';

/** A vault to be judged; it may already hold other sessions. */
export type MakeVault = () => Promise<{ readonly vault: Vault; readonly dispose: () => Promise<void> }>;

const VALUES = { DATABASE_URL: 'postgres://a:b@localhost/c', RESEND_API_KEY: 're_123' };

/** What every adapter of the port promises. */
export const vaultContract = (name: string, makeVault: MakeVault): void => {
  describe(`${name} keeps the vault's contract`, () => {
    let vault: Vault;
    let dispose: () => Promise<void>;

    beforeEach(async () => {
      ({ vault, dispose } = await makeVault());
    });
    afterEach(() => dispose());

    const openSession = async (): Promise<string> => {
      const session = randomUUID();
      expect(await right(vault.openSession(session))).toBe(true);
      return session;
    };

    test('a session has one data key of 32 bytes, whenever it is opened', async () => {
      const session = await openSession();
      const key = await right(vault.dataKey(session));
      expect(key).toHaveLength(32);
      expect(await right(vault.openSession(session))).toBe(true);
      expect(await right(vault.dataKey(session))).toEqual(key);
    });

    test('no two sessions share a key', async () => {
      const [one, two] = [await openSession(), await openSession()];
      expect(await right(vault.dataKey(one))).not.toEqual(await right(vault.dataKey(two)));
    });

    test('opened twice at once, a session still has one key', async () => {
      const session = randomUUID();
      const keys = await Promise.all(
        Array.from({ length: 10 }, async () => {
          await right(vault.openSession(session));
          return right(vault.dataKey(session));
        }),
      );
      for (const key of keys) expect(key).toEqual(keys[0]);
    });

    test('a session that was never opened has no key, no values, and takes none', async () => {
      const session = randomUUID();
      expect(await right(vault.dataKey(session))).toBeUndefined();
      expect(await right(vault.all(session))).toEqual({});
      expect((await left(vault.put(session, VALUES))).tag).toBe('VaultUnavailable');
      expect(await right(vault.all(session))).toEqual({});
    });

    test('values come back as they were put, by name', async () => {
      const session = await openSession();
      await right(vault.put(session, VALUES));
      expect(await right(vault.all(session))).toEqual(VALUES);
    });

    test.each([
      ['empty', ''],
      ['with quotes, dollars, percents and newlines', `a'b"c$d%e\\f\r\n#g`],
      ['with NUL', 'a\u0000b'],
      ['beyond the basic plane', '🧵 Zażółć 漢字 \u2028'],
      ['with half a surrogate pair', 'a\ud83db'],
      ['of 100 kB', 'ż'.repeat(100_000)],
    ])('a value %s comes back as it was put', async (_, value) => {
      const session = await openSession();
      await right(vault.put(session, { NAME: value }));
      expect(await right(vault.all(session))).toEqual({ NAME: value });
    });

    test('a later put replaces the names it gives and leaves the others', async () => {
      const session = await openSession();
      await right(vault.put(session, VALUES));
      await right(vault.put(session, { RESEND_API_KEY: 're_456', GITHUB_REPO: 'mk0r-abc' }));
      expect(await right(vault.all(session))).toEqual({
        ...VALUES,
        RESEND_API_KEY: 're_456',
        GITHUB_REPO: 'mk0r-abc',
      });
    });

    test('puts at once all arrive', async () => {
      const session = await openSession();
      const values = Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [`NAME_${index}`, `${index}`]),
      );
      await Promise.all(
        Object.entries(values).map(([name, value]) => right(vault.put(session, { [name]: value }))),
      );
      expect(await right(vault.all(session))).toEqual(values);
    });

    const PICTURE = Uint8Array.from({ length: 2_000_000 }, (_, index) => (index * 31) % 256);

    test('a file comes back as it was put, and is none of the values', async () => {
      const [session, other] = [await openSession(), await openSession()];
      await right(vault.put(session, VALUES));
      await right(vault.putFile(session, 'picture:one', PICTURE.subarray(0, 100)));
      await right(vault.putFile(session, 'picture:one', PICTURE));
      await right(vault.putFile(session, 'picture:two', new Uint8Array()));
      const kept = await right(vault.file(session, 'picture:one'));
      expect(kept !== undefined && Buffer.compare(kept, PICTURE) === 0).toBe(true);
      expect(await right(vault.file(session, 'picture:two'))).toHaveLength(0);
      expect(await right(vault.fileNames(session))).toEqual(['picture:one', 'picture:two']);
      expect(await right(vault.all(session))).toEqual(VALUES);
      expect(await right(vault.file(session, 'picture:three'))).toBeUndefined();
      expect(await right(vault.file(other, 'picture:one'))).toBeUndefined();
      expect(await right(vault.fileNames(other))).toEqual([]);
    });

    test('removing takes the names given, and those that are not there are no error', async () => {
      const session = await openSession();
      await right(vault.put(session, VALUES));
      await right(vault.remove(session, ['DATABASE_URL', 'NEVER_THERE']));
      expect(await right(vault.all(session))).toEqual({ RESEND_API_KEY: VALUES.RESEND_API_KEY });
    });

    test('one session does not see the values of another', async () => {
      const [one, two] = [await openSession(), await openSession()];
      await right(vault.put(one, VALUES));
      expect(await right(vault.all(two))).toEqual({});
    });

    test('a digest is the same for the same content, and another in another session', async () => {
      const [one, two] = [await openSession(), await openSession()];
      const digest = await right(vault.digest(one, 'secret'));
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(await right(vault.digest(one, 'secret'))).toBe(digest);
      expect(await right(vault.digest(one, 'secreT'))).not.toBe(digest);
      expect(await right(vault.digest(two, 'secret'))).not.toBe(digest);
    });

    test('a shredded session has neither key nor values, for good, and others keep theirs', async () => {
      const [gone, kept] = [await openSession(), await openSession()];
      await right(vault.put(gone, VALUES));
      await right(vault.put(kept, VALUES));
      await right(vault.putFile(gone, 'picture:one', PICTURE.subarray(0, 1_000)));
      await right(vault.shred(gone));
      await right(vault.shred(gone));
      expect(await right(vault.file(gone, 'picture:one'))).toBeUndefined();
      expect(await right(vault.fileNames(gone))).toEqual([]);
      expect((await left(vault.putFile(gone, 'picture:one', PICTURE.subarray(0, 9)))).tag).toBe(
        'VaultUnavailable',
      );
      expect(await right(vault.dataKey(gone))).toBeUndefined();
      expect(await right(vault.all(gone))).toEqual({});
      expect(await right(vault.openSession(gone))).toBe(false);
      expect((await left(vault.put(gone, VALUES))).tag).toBe('VaultUnavailable');
      expect((await left(vault.digest(gone, 'secret'))).tag).toBe('VaultUnavailable');
      expect(await right(vault.all(kept))).toEqual(VALUES);
    });

    test('a session that is shredded before it was opened never gets a key', async () => {
      const session = randomUUID();
      await right(vault.shred(session));
      expect(await right(vault.openSession(session))).toBe(false);
    });
  });
};
