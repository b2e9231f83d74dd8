import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { sessionStream } from '../domain/session/events.ts';
import { decodeData, sessionOfStream } from './event-codec.ts';
import type { EventStore, ReadError, StoredEvent } from './ports/event-store.ts';
import type { FieldCipher } from './ports/field-cipher.ts';
import type { Vault, VaultError } from './ports/vault.ts';
import { released, type Upcasting } from './upcasters/upcasting.ts';

export type ReaderDeps = {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly cipher: FieldCipher;
  readonly upcasting?: Upcasting;
};

type DataKeys = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * The log as everybody else gets to see it: personal fields readable, or `[erased]` where their session was forgotten,
 * and every payload in the newest schema.
 */
export const createReader = ({ store, vault, cipher, upcasting = released }: ReaderDeps) => {
  const sessionsOf = (events: readonly StoredEvent[]): readonly string[] => {
    const sessions = new Set<string>();
    for (const event of events) {
      const sessionId =
        upcasting.personalFields(event).length > 0 ? sessionOfStream(event.stream) : undefined;
      if (sessionId !== undefined) sessions.add(sessionId);
    }
    return [...sessions];
  };

  /** Each key once: a batch has many events of few sessions. */
  const keysOf = (sessions: readonly string[]): TE.TaskEither<VaultError, DataKeys> =>
    pipe(
      sessions,
      TE.traverseArray((sessionId) =>
        pipe(
          vault.dataKey(sessionId),
          TE.map((dataKey) => [sessionId, dataKey] as const),
        ),
      ),
      TE.map((entries) => new Map(entries)),
    );

  const readable = (event: StoredEvent, keys: DataKeys): StoredEvent => {
    const words = upcasting.personalFields(event);
    const sessionId = words.length > 0 ? sessionOfStream(event.stream) : undefined;
    if (sessionId === undefined) return upcasting.upcast(event);
    // Before it is upcast: a cipher text is bound to the name its field had.
    const data = decodeData(cipher, keys.get(sessionId), event, words);
    return upcasting.upcast({ ...event, data });
  };

  const decodeAll = (events: readonly StoredEvent[]): TE.TaskEither<VaultError, readonly StoredEvent[]> =>
    pipe(
      keysOf(sessionsOf(events)),
      TE.map((keys) => events.map((event) => readable(event, keys))),
    );

  const decode = (event: StoredEvent): TE.TaskEither<VaultError, StoredEvent> =>
    pipe(
      decodeAll([event]),
      TE.map(([decoded = event]) => decoded),
    );

  const session = (
    sessionId: string,
    range: { readonly from?: number; readonly limit?: number } = {},
  ): TE.TaskEither<ReadError | VaultError, readonly StoredEvent[]> =>
    pipe(
      store.readStream(sessionStream(sessionId), range),
      TE.mapLeft((error): ReadError | VaultError => error),
      TE.flatMap(decodeAll),
    );

  return { decode, decodeAll, session };
};

export type Reader = ReturnType<typeof createReader>;
