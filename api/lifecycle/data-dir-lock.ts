import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Either, left, right } from 'fp-ts/lib/Either.js';

export type DataDirError = {
  readonly tag: 'DataDirInUse' | 'DataDirUnusable';
  /** For a person: names the directory, and what to do. */
  readonly message: string;
};
export type DataDirLock = { readonly release: () => void };

const LOCK = 'server.lock';
const HOLDER = 'server.json';

/**
 * Takes the data directory for this process, making it where it is missing. The lock is SQLite's on a file of its own,
 * which is the kernel's: it ends with the process that holds it, however that ends, so there is no stale lock to judge
 * and no pid to mistake for another. Who holds it is written beside it, for the message only.
 */
export const lockDataDir = (dir: string): Either<DataDirError, DataDirLock> => {
  const unusable = usable(dir);
  if (unusable) return left({ tag: 'DataDirUnusable', message: unusable });

  const file = join(dir, LOCK);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1;');
    writeFileSync(join(dir, HOLDER), JSON.stringify(self()), { mode: 0o600 });
  } catch (error) {
    database?.close();
    return left(refusal(dir, file, error));
  }
  const held = database;
  return right({
    release: () => {
      if (!held.isOpen) return;
      // While the lock still holds: afterwards the file may be another server's.
      rmSync(join(dir, HOLDER), { force: true });
      held.close();
    },
  });
};

/**
 * Takes the data directory together with others that do the same, and never beside one that has it alone. Nobody's name
 * is written down: there may be many.
 */
export const shareDataDir = (dir: string): Either<DataDirError, DataDirLock> => {
  const unusable = usable(dir);
  if (unusable) return left({ tag: 'DataDirUnusable', message: unusable });
  const file = join(dir, LOCK);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    // A read transaction holds the file's shared lock until it ends.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN; SELECT count(*) FROM sqlite_schema;');
  } catch (error) {
    database?.close();
    return left(refusal(dir, file, error));
  }
  const held = database;
  return right({ release: () => (held.isOpen ? held.close() : undefined) });
};

const usable = (dir: string): string | undefined => {
  try {
    // Enterable, not readable: Postgres and the sandboxes run as users of their own below it.
    mkdirSync(dir, { recursive: true, mode: 0o711 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? `${error.code}` : 'it cannot be used';
    return `The data directory ${dir} cannot be used (${why}). Make it writable for this user, or set MK0R_DATA_DIR to another.`;
  }
};

const refusal = (dir: string, file: string, error: unknown): DataDirError => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (code === SQLITE_BUSY) return { tag: 'DataDirInUse', message: inUse(dir) };
  if (code === SQLITE_NOTADB || code === SQLITE_CORRUPT) {
    const message = `${file} is damaged. It holds nothing but the lock: if no server runs on ${dir}, delete that one file.`;
    return { tag: 'DataDirUnusable', message };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { tag: 'DataDirUnusable', message: `The data directory ${dir} cannot be locked: ${why}.` };
};

const [SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB] = [5, 11, 26];

const self = () => ({ pid: process.pid, since: new Date().toISOString() });

const inUse = (dir: string): string => {
  const { pid, since } = holder(dir);
  const who = pid === undefined ? 'another server' : `the server with pid ${pid}, started ${since}`;
  const stop = pid === undefined ? 'Stop it' : `Stop it (kill ${pid})`;
  return `The data directory ${dir} is in use by ${who}. ${stop}, or set MK0R_DATA_DIR to another directory.`;
};

/** A file that is missing or half written makes the message shorter, nothing else. */
const holder = (dir: string): { readonly pid?: number; readonly since?: string } => {
  try {
    const { pid, since } = JSON.parse(readFileSync(join(dir, HOLDER), 'utf8'));
    return Number.isInteger(pid) && typeof since === 'string' ? { pid, since } : {};
  } catch {
    return {};
  }
};
