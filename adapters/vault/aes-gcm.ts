import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

export const KEY_BYTES = 32;
/** NIST SP 800-38D: 96-bit random IV, 128-bit tag; good for 2^32 encryptions under one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const SEALED_OVERHEAD = IV_BYTES + TAG_BYTES;

/** Node 24 takes 15 µs to tell that bytes are no key object, five times as long as a field takes to decrypt. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>();

const keyObjectOf = (key: Uint8Array): KeyObject => {
  const known = keyObjects.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
};

/** IV, ciphertext and tag in one. What is sealed under one `context` does not open under another. */
export const seal = (key: Uint8Array, context: string, plain: Uint8Array): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyObjectOf(key), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

/** The plaintext, or `undefined` where key, context or bytes are not those it was sealed with. */
export const unseal = (key: Uint8Array, context: string, sealed: Uint8Array): Buffer | undefined => {
  if (key.length !== KEY_BYTES || sealed.length < SEALED_OVERHEAD) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  }
};
