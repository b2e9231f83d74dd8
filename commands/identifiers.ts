import { createHash, createHmac, randomBytes } from 'node:crypto';
import { parse as bytesOf, v4 as uuidv4, v5 as uuidv5 } from 'uuid';

/** Namespace of every deterministic event id; a constant of this product, drawn once. */
const EVENT_NAMESPACE = bytesOf('6f3c1c0e-9a0d-4b5e-8a57-2f6f0d6f3b1a');

/** As bytes: every event of every append is named by this, and as text it would cost twice as much. */
const named = (text: string): string => uuidv5(Buffer.from(text), EVENT_NAMESPACE);

/** The same cause, stream, type and index give the same id, so that a retried append is recognised by the store. */
export const eventId = (causationId: string, stream: string, type: string, index: number): string =>
  named(`${causationId}|${stream}|${type}|${index}`);

export const randomId = (): string => uuidv4();

/** A stable id for what a command creates: the same command names the same thing. */
export const derivedId = (commandId: string, what: string): string => named(`${commandId}|${what}`);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A session's id: 20 characters of [a-z0-9] (103 bits), a letter first so that it may name a host or a database. */
export const newSessionId = (): string => sessionIdFrom(randomBytes(32).toString('base64url'));

/** The id that belongs to a seed: a repeated command plans the same session. */
export const sessionIdFrom = (seed: string): string => {
  let rest = BigInt(`0x${sha256(seed)}`);
  let id = '';
  while (id.length < 20) {
    const size = id === '' ? 26n : 36n;
    id += ALPHABET[Number(rest % size)];
    rest /= size;
  }
  return id;
};

/** The public name of a session: derived from its id, never from its key. */
export const slugOf = (sessionId: string): string => sessionId.slice(0, 12);

export const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');

/**
 * Secrets that are derived instead of stored: the same purpose gives the same value while the master key stays, so
 * that a repeated command answers as before and nothing has to be kept.
 */
export const createDeriver =
  (masterKey: Uint8Array) =>
  (purpose: string, ...parts: readonly string[]): string =>
    createHmac('sha256', masterKey)
      .update([purpose, ...parts].join('\u0000'))
      .digest('base64url');

export type Derive = ReturnType<typeof createDeriver>;
