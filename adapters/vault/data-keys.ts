import type { DatabaseSync } from 'node:sqlite';
import { newWrappedKey, unwrapKey, WRAPPED_BYTES } from './envelope.ts';

/** 10,000 keys are some 2 MB; the whole cache goes when it is full, since one read brings a key back. */
const CACHED_KEYS = 10_000;

const SHREDDED = Buffer.alloc(WRAPPED_BYTES);

/** Each session's data key, wrapped by the master key; unwrapped ones are kept in memory. */
export const dataKeys = (db: DatabaseSync, masterKey: Uint8Array) => {
  const select = db.prepare('SELECT wrapped_key FROM sessions WHERE id = ?');
  const insert = db.prepare('INSERT OR IGNORE INTO sessions (id, wrapped_key) VALUES (?, ?)');
  const erase = db.prepare(`
    INSERT INTO sessions (id, wrapped_key) VALUES (?, ?)
    ON CONFLICT (id) DO UPDATE SET wrapped_key = excluded.wrapped_key`);
  const dataVersion = db.prepare('PRAGMA data_version');
  const cache = new Map<string, Uint8Array>();
  let version: unknown;

  const forgetWhatOthersChanged = (): void => {
    // Changes when another connection has committed: a key that another process shredded must not live on here.
    const now = dataVersion.get()?.data_version;
    if (now !== version || cache.size >= CACHED_KEYS) cache.clear();
    version = now;
  };

  const read = (sessionId: string): Uint8Array | undefined => {
    const wrapped = select.get(sessionId)?.wrapped_key;
    if (!(wrapped instanceof Uint8Array) || SHREDDED.equals(wrapped)) return undefined;
    return unwrapKey(masterKey, sessionId, wrapped, String(db.location()));
  };

  return {
    /** `undefined` for a session that was never opened, or shredded. */
    find: (sessionId: string): Uint8Array | undefined => {
      forgetWhatOthersChanged();
      const known = cache.get(sessionId);
      if (known !== undefined) return known;
      const key = read(sessionId);
      if (key !== undefined) cache.set(sessionId, key);
      return key;
    },
    /** Makes the key of a session that has no row yet. */
    create: (sessionId: string): void => {
      insert.run(sessionId, newWrappedKey(masterKey, sessionId));
    },
    erase: (sessionId: string): void => {
      cache.delete(sessionId);
      erase.run(sessionId, SHREDDED);
    },
  };
};
