import type { Json } from '../../commands/ports/event-store.ts';
import { ERASED } from '../../domain/envelope.ts';
import { seal, unseal } from './aes-gcm.ts';

const PREFIX = 'enc:v1:';

/**
 * One JSON value as it may stand in an event: `enc:v1:<base64 of IV, ciphertext, tag>`, AES-256-GCM under the
 * session's data key. `context` says where it stands, e.g. `session-<id>|<eventId>|<field>`; it is authenticated, so
 * that a ciphertext copied elsewhere does not decrypt.
 */
export const encryptField = (dataKey: Uint8Array, context: string, value: Json): string =>
  PREFIX + seal(dataKey, context, Buffer.from(JSON.stringify(value), 'utf8')).toString('base64');

/**
 * The value again, or `[erased]`: without a key, with another key or context, and for text that is no such ciphertext.
 * Never throws, since a view must fold whatever the log holds.
 */
export const decryptField = (
  dataKey: Uint8Array | undefined,
  context: string,
  stored: string,
): Json | typeof ERASED => {
  if (dataKey === undefined || !stored.startsWith(PREFIX)) return ERASED;
  const plain = unseal(dataKey, context, Buffer.from(stored.slice(PREFIX.length), 'base64'));
  return plain === undefined ? ERASED : JSON.parse(plain.toString('utf8'));
};
