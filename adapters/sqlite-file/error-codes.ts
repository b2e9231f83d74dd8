/** Primary result codes, and the two extended ones that matter here: https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
const SQLITE_IOERR_FSYNC = 1034;
const SQLITE_IOERR_DIR_FSYNC = 1290;

/** `node:sqlite` puts SQLite's extended result code on `errcode`; its low byte is the primary code. */
const extendedCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;

const primaryCode = (error: unknown): number => extendedCode(error) & 0xff;

export const isBusy = (error: unknown): boolean => primaryCode(error) === SQLITE_BUSY;

/** SQLite reports a write that met ENOSPC as SQLITE_FULL, too. */
export const isFull = (error: unknown): boolean => primaryCode(error) === SQLITE_FULL;

export const isDamage = (error: unknown): boolean =>
  primaryCode(error) === SQLITE_CORRUPT || primaryCode(error) === SQLITE_NOTADB;

export const isFailedSync = (error: unknown): boolean =>
  extendedCode(error) === SQLITE_IOERR_FSYNC || extendedCode(error) === SQLITE_IOERR_DIR_FSYNC;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
