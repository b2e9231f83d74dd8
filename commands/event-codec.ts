import { ERASED } from '../domain/envelope.ts';
import { SESSION_STREAM_PREFIX } from '../domain/session/events.ts';
import { personalFieldsOf } from '../domain/session/personal.ts';
import type { Json, StoredEvent } from './ports/event-store.ts';
import type { FieldCipher } from './ports/field-cipher.ts';

type JsonObject = { readonly [key: string]: Json };

/** The session a stream belongs to, `undefined` for other streams, which hold nothing personal. */
export const sessionOfStream = (stream: string): string | undefined =>
  stream.startsWith(SESSION_STREAM_PREFIX) ? stream.slice(SESSION_STREAM_PREFIX.length) : undefined;

const contextOf = (stream: string, id: string, field: string) => `${stream}|${id}|${field}`;

/** Whether anything in it would be encrypted. */
export const hasWords = ({ type, data }: { readonly type: string; readonly data: unknown }): boolean =>
  personalFieldsOf(type).some((field) => Object(data)[field] !== undefined);

/** Personal fields leave in cipher text only; a session whose key is gone cannot say anything any more. */
export const encodeData = (
  cipher: FieldCipher,
  dataKey: Uint8Array | undefined,
  event: { readonly stream: string; readonly id: string; readonly type: string; readonly data: Json },
): Json => {
  const personal = personalFieldsOf(event.type);
  if (personal.length === 0) return event.data;
  const data = { ...(event.data as JsonObject) } as Record<string, Json>;
  for (const field of personal) {
    const value = data[field];
    if (value === undefined) continue;
    data[field] =
      dataKey === undefined
        ? ERASED
        : cipher.encryptField(dataKey, contextOf(event.stream, event.id, field), value);
  }
  return data;
};

/** Reads back what was encrypted, as `[erased]` where that is no longer possible. */
export const decodeData = (
  cipher: FieldCipher,
  dataKey: Uint8Array | undefined,
  event: Pick<StoredEvent, 'stream' | 'id' | 'type' | 'data'>,
  personal = personalFieldsOf(event.type),
): Json => {
  if (personal.length === 0) return event.data;
  const data = { ...(event.data as JsonObject) } as Record<string, Json>;
  for (const field of personal) {
    const stored = data[field];
    if (typeof stored !== 'string') continue;
    data[field] = cipher.decryptField(dataKey, contextOf(event.stream, event.id, field), stored);
  }
  return data;
};
