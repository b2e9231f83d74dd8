import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as Either from 'fp-ts/lib/Either.js';
import { syncDirectory } from '../files/sync-directory.ts';
import { messageOf } from '../sqlite-file/error-codes.ts';
import { KEY_BYTES } from './aes-gcm.ts';

export type MasterKeyError = { readonly tag: 'MasterKeyUnusable'; readonly message: string };

const unusable = (message: string): MasterKeyError => ({ tag: 'MasterKeyUnusable', message });

const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;

/** Strict, because `Buffer.from` skips what it does not know and would make a key of a typing error. */
const decoded = (text: string): Uint8Array | undefined =>
  BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** The key file's text, or `undefined` where there is none. */
const readKeyFile = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Whole or not at all: written and synced under another name, then linked; whoever comes second keeps the first's. */
const createKeyFile = (dataDir: string, file: string): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${file}.new-${randomUUID()}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(handle);
    linkSync(draft, file);
    syncDirectory(dataDir);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
};

const fromFile = (dataDir: string): Either.Either<MasterKeyError, Uint8Array> => {
  const file = join(dataDir, 'master.key');
  try {
    if (readKeyFile(file) === undefined) createKeyFile(dataDir, file);
    return Either.fromNullable(
      unusable(
        `${file} does not hold a key (base64 of ${KEY_BYTES} bytes). Nothing was changed; restore it from a backup. ` +
          'Without it no stored secret can be read.',
      ),
    )(decoded(readKeyFile(file) ?? ''));
  } catch (error) {
    return Either.left(unusable(`The master key file ${file} cannot be used: ${messageOf(error)}`));
  }
};

/** The key of that file, for whoever only looks: `undefined` where there is none, or none that can be read. */
export const readMasterKey = (dataDir: string): Uint8Array | undefined => {
  try {
    return decoded(readKeyFile(join(dataDir, 'master.key')) ?? '');
  } catch {
    return undefined;
  }
};

/**
 * The 32-byte key that wraps every session's data key: from `MK0R_MASTER_KEY` (base64), else from
 * `<dataDir>/master.key` (mode 0600), which is made on first use. Errors never quote the value.
 */
export const loadMasterKey = (options: {
  readonly env: string | undefined;
  readonly dataDir: string;
}): Either.Either<MasterKeyError, Uint8Array> => {
  if (options.env === undefined || options.env === '') return fromFile(options.dataDir);
  return Either.fromNullable(
    unusable(
      `MK0R_MASTER_KEY must be ${KEY_BYTES} bytes in base64; make one with: openssl rand -base64 ${KEY_BYTES}`,
    ),
  )(decoded(options.env.trim()));
};
