import type { DatabaseSync } from 'node:sqlite';
import * as Either from 'fp-ts/lib/Either.js';
import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import type { Vault, VaultError } from '../../commands/ports/vault.ts';
import { isFull, messageOf } from '../sqlite-file/error-codes.ts';
import { pragma } from '../sqlite-file/pragma.ts';
import { countedChanges } from './changes.ts';
import { dataKeys } from './data-keys.ts';
import { digestUnder, openFile, openValue, sealFile, sealValue } from './envelope.ts';

const toVaultError = (error: unknown): VaultError => ({
  tag: isFull(error) ? 'VaultFull' : 'VaultUnavailable',
  message: messageOf(error),
});

const doing = <A>(work: () => A): TaskEither.TaskEither<VaultError, A> =>
  TaskEither.fromIOEither(() => Either.tryCatch(work, toVaultError));

/** The vault over an open file of ours. All of it is synchronous, so every call sees the ones before it. */
export const vaultOver = (
  db: DatabaseSync,
  masterKey: Uint8Array,
): Vault & { readonly close: () => void } => {
  const keys = dataKeys(db, masterKey);
  const changes = countedChanges(db);
  const upsert = db.prepare(`
    INSERT INTO secrets (session, name, sealed) VALUES (?, ?, ?)
    ON CONFLICT (session, name) DO UPDATE SET sealed = excluded.sealed`);
  const select = db.prepare('SELECT name, sealed FROM secrets WHERE session = ? ORDER BY name');
  const deleteOne = db.prepare('DELETE FROM secrets WHERE session = ? AND name = ?');
  const deleteAll = db.prepare('DELETE FROM secrets WHERE session = ?');

  const upsertFile = db.prepare(`
    INSERT INTO files (session, name, sealed) VALUES (?, ?, ?)
    ON CONFLICT (session, name) DO UPDATE SET sealed = excluded.sealed`);
  const selectFile = db.prepare('SELECT sealed FROM files WHERE session = ? AND name = ?');
  const selectFileNames = db.prepare('SELECT name FROM files WHERE session = ? ORDER BY name');
  const deleteFiles = db.prepare('DELETE FROM files WHERE session = ?');

  const keyOf = (sessionId: string): Uint8Array => {
    const key = keys.find(sessionId);
    if (key === undefined) throw new Error('this session has no data key: it was forgotten, or never opened');
    return key;
  };

  const opened = (key: Uint8Array, sessionId: string, name: string, sealed: unknown): string =>
    openValue(key, sessionId, name, sealed, String(db.location()));

  /** The log still holds the pages as they were; only once it is cut are they gone from the disk's files. */
  const cutLog = (): void => {
    if (pragma(db, 'wal_checkpoint(TRUNCATE)') !== 0) {
      throw new Error(
        'what was deleted is still in the write-ahead log, which another process holds: try again',
      );
    }
  };

  return {
    openSession: (sessionId) =>
      doing(() => {
        if (keys.find(sessionId) === undefined) changes.make(() => keys.create(sessionId));
        return keys.find(sessionId) !== undefined;
      }),
    dataKey: (sessionId) => doing(() => keys.find(sessionId)),
    put: (sessionId, values) =>
      doing(() =>
        changes.make(() => {
          const key = keyOf(sessionId);
          for (const [name, value] of Object.entries(values)) {
            upsert.run(sessionId, name, sealValue(key, sessionId, name, value));
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
    putFile: (sessionId, name, bytes) =>
      doing(() =>
        changes.make(() => {
          upsertFile.run(sessionId, name, sealFile(keyOf(sessionId), sessionId, name, bytes));
        }),
      ),
    file: (sessionId, name) =>
      doing(() => {
        const key = keys.find(sessionId);
        const row = key === undefined ? undefined : selectFile.get(sessionId, name);
        return key === undefined || row === undefined
          ? undefined
          : openFile(key, sessionId, name, row.sealed, String(db.location()));
      }),
    fileNames: (sessionId) => doing(() => selectFileNames.all(sessionId).map(({ name }) => String(name))),
    remove: (sessionId, names) =>
      doing(() => {
        changes.make(() => {
          for (const name of names) deleteOne.run(sessionId, name);
        });
      }),
    shred: (sessionId) =>
      doing(() => {
        changes.make(() => {
          deleteAll.run(sessionId);
          deleteFiles.run(sessionId);
          keys.erase(sessionId);
        });
        cutLog();
      }),
    digest: (sessionId, content) => doing(() => digestUnder(keyOf(sessionId), content)),
    close: () => {
      changes.close();
      if (db.isOpen) db.close();
    },
  };
};
