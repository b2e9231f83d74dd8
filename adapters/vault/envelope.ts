import { createHmac, randomBytes } from 'node:crypto';
import { KEY_BYTES, SEALED_OVERHEAD, seal, unseal } from './aes-gcm.ts';

/** Bytes of a data key as it is stored. */
export const WRAPPED_BYTES = KEY_BYTES + SEALED_OVERHEAD;

const keyContext = (sessionId: string): string => `data-key|${sessionId}`;
const valueContext = (sessionId: string, name: string): string => `${sessionId}|${name}`;

/** A new data key, wrapped for one session. */
export const newWrappedKey = (masterKey: Uint8Array, sessionId: string): Buffer =>
  seal(masterKey, keyContext(sessionId), randomBytes(KEY_BYTES));

/** @param where names the storage in the error for a key that does not unwrap, which only damage explains */
export const unwrapKey = (
  masterKey: Uint8Array,
  sessionId: string,
  wrapped: Uint8Array,
  where: string,
): Uint8Array => {
  const key = unseal(masterKey, keyContext(sessionId), wrapped);
  if (key === undefined)
    throw new Error(
      `a data key does not unwrap: ${where} is damaged or was tampered with; restore it from a backup`,
    );
  return key;
};

/** As JSON, which keeps half a surrogate pair that UTF-8 would not. */
export const sealValue = (key: Uint8Array, sessionId: string, name: string, value: string): Buffer =>
  seal(key, valueContext(sessionId, name), Buffer.from(JSON.stringify(value), 'utf8'));

/** @param where names the storage in the error for a value that does not decrypt */
export const openValue = (
  key: Uint8Array,
  sessionId: string,
  name: string,
  sealed: unknown,
  where: string,
): string => {
  const plain = sealed instanceof Uint8Array ? unseal(key, valueContext(sessionId, name), sealed) : undefined;
  if (plain === undefined)
    throw new Error(
      `the value of ${name} does not decrypt: ${where} is damaged or was tampered with; restore it from a backup`,
    );
  return String(JSON.parse(plain.toString('utf8')));
};

const fileContext = (sessionId: string, name: string): string => `file|${sessionId}|${name}`;

export const sealFile = (key: Uint8Array, sessionId: string, name: string, bytes: Uint8Array): Buffer =>
  seal(key, fileContext(sessionId, name), bytes);

/** @param where names the storage in the error for a file that does not decrypt */
export const openFile = (
  key: Uint8Array,
  sessionId: string,
  name: string,
  sealed: unknown,
  where: string,
): Uint8Array => {
  const plain = sealed instanceof Uint8Array ? unseal(key, fileContext(sessionId, name), sealed) : undefined;
  if (plain === undefined)
    throw new Error(
      `the file ${name} does not decrypt: ${where} is damaged or was tampered with; restore it from a backup`,
    );
  return plain;
};

/** HMAC-SHA-256, hex. */
export const digestUnder = (key: Uint8Array, content: string): string =>
  createHmac('sha256', key).update(content, 'utf8').digest('hex');

const CHECK_CONTEXT = 'mk0r vault key check';
const KNOWN = Buffer.from('this vault opens with this key');

/** What tells later which master key a vault was made with. */
export const newKeyCheck = (masterKey: Uint8Array): Buffer => seal(masterKey, CHECK_CONTEXT, KNOWN);

export const fitsKeyCheck = (masterKey: Uint8Array, sealed: unknown): boolean =>
  sealed instanceof Uint8Array && unseal(masterKey, CHECK_CONTEXT, sealed) !== undefined;
