import { createHmac } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import type { Vault, VaultError } from '../../commands/ports/vault.ts';
import { inTransaction } from '../sqlite.ts';
import { isFull, messageOf } from '../sqlite-file/error-codes.ts';
import { pragma } from '../sqlite-file/pragma.ts';
import { seal, unseal } from './aes-gcm.ts';
import { dataKeys } from './data-keys.ts';

const toVaultError = (error: unknown): VaultError => ({
  tag: isFull(error) ? 'VaultFull' : 'VaultUnavailable',
  message: messageOf(error),
});

const doing = <A>(work: () => A): TaskEither.TaskEither<VaultError, A> =>
  TaskEither.fromIOEither(() => Either.tryCatch(work, toVaultError));

const contextOf = (sessionId: string, name: string): string => `${sessionId}|${name}`;

/** The vault over an open file of ours. All of it is synchronous, so every call sees the ones before it. */
export const vaultOver = (
  db: DatabaseSync,
  masterKey: Uint8Array,
): Vault & { readonly close: () => void } => {
  const keys = dataKeys(db, masterKey);
  const upsert = db.prepare(`
    INSERT INTO secrets (session, name, sealed) VALUES (?, ?, ?)
    ON CONFLICT (session, name) DO UPDATE SET sealed = excluded.sealed`);
  const select = db.prepare('SELECT name, sealed FROM secrets WHERE session = ? ORDER BY name');
  const deleteOne = db.prepare('DELETE FROM secrets WHERE session = ? AND name = ?');
  const deleteAll = db.prepare('DELETE FROM secrets WHERE session = ?');

  const keyOf = (sessionId: string): Uint8Array => {
    const key = keys.find(sessionId);
    if (key === undefined) throw new Error('this session has no data key: it was forgotten, or never opened');
    return key;
  };

  const opened = (key: Uint8Array, sessionId: string, name: string, sealed: unknown): string => {
    const plain = sealed instanceof Uint8Array ? unseal(key, contextOf(sessionId, name), sealed) : undefined;
    if (plain === undefined)
      throw new Error(`the value of ${name} does not decrypt: the vault file was tampered with`);
    return String(JSON.parse(plain.toString('utf8')));
  };

  /** The log still holds the pages as they were; only once it is cut are they gone from the disk's files. */
  const cutLog = (): void => {
    if (pragma(db, 'wal_checkpoint(TRUNCATE)') !== 0) {
      throw new Error(
        'what was deleted is still in the write-ahead log, which another process holds: try again',
      );
    }
  };

  // As JSON, which keeps half a surrogate pair that UTF-8 would not.
  const sealed = (key: Uint8Array, sessionId: string, name: string, value: string): Buffer =>
    seal(key, contextOf(sessionId, name), Buffer.from(JSON.stringify(value), 'utf8'));

  return {
    openSession: (sessionId) =>
      doing(() => {
        if (keys.find(sessionId) === undefined) keys.create(sessionId);
        return keys.find(sessionId) !== undefined;
      }),
    dataKey: (sessionId) => doing(() => keys.find(sessionId)),
    put: (sessionId, values) =>
      doing(() =>
        inTransaction(db, () => {
          const key = keyOf(sessionId);
          for (const [name, value] of Object.entries(values)) {
            upsert.run(sessionId, name, sealed(key, sessionId, name, value));
          }
        }),
      ),
    all: (sessionId) =>
      doing(() => {
        const key = keys.find(sessionId);
        if (key === undefined) return {};
        const rows = select.all(sessionId).map(({ name, sealed }) => [String(name), sealed] as const);
        return Object.fromEntries(rows.map(([name, sealed]) => [name, opened(key, sessionId, name, sealed)]));
      }),
    remove: (sessionId, names) =>
      doing(() => {
        inTransaction(db, () => {
          for (const name of names) deleteOne.run(sessionId, name);
        });
      }),
    shred: (sessionId) =>
      doing(() => {
        inTransaction(db, () => {
          deleteAll.run(sessionId);
          keys.erase(sessionId);
        });
        cutLog();
      }),
    digest: (sessionId, content) =>
      doing(() => createHmac('sha256', keyOf(sessionId)).update(content, 'utf8').digest('hex')),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
};
