import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { sessionStream } from '../domain/session/events.ts';
import { decodeData, sessionOfStream } from './event-codec.ts';
import type { EventStore, ReadError, StoredEvent } from './ports/event-store.ts';
import type { FieldCipher } from './ports/field-cipher.ts';
import type { Vault, VaultError } from './ports/vault.ts';

export type ReaderDeps = { readonly store: EventStore; readonly vault: Vault; readonly cipher: FieldCipher };

/** The log with its personal fields readable, or `[erased]` where their session was forgotten. */
export const createReader = ({ store, vault, cipher }: ReaderDeps) => {
  const decode = (event: StoredEvent): TE.TaskEither<VaultError, StoredEvent> => {
    const sessionId = sessionOfStream(event.stream);
    if (sessionId === undefined) return TE.right(event);
    return pipe(
      vault.dataKey(sessionId),
      TE.map((dataKey) => ({ ...event, data: decodeData(cipher, dataKey, event) })),
    );
  };

  const decodeAll = (events: readonly StoredEvent[]): TE.TaskEither<VaultError, readonly StoredEvent[]> =>
    TE.traverseArray(decode)(events);

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
