import { join } from 'node:path';
import { openSqliteEventStore } from '../../../adapters/event-store/sqlite.ts';
import { decryptField, encryptField } from '../../../adapters/vault/personal-fields.ts';
import { createFeed } from '../../../api/composition/hub.ts';
import type { EventStore, Json } from '../../../commands/ports/event-store.ts';
import { createReader } from '../../../commands/reader.ts';
import { createMemoryVault } from '../../../commands/testing/vault.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import { ready, started, T0 } from '../../../domain/testing/histories.ts';
import { right, rightOf } from '../../../domain/testing/outcome.ts';

export const idOf = (session: number): string => `session${session}`;

/** A session that goes on and on: each event is one more attempt of a push. */
export const attempts = (count: number): readonly SessionEvent[] =>
  Array.from({ length: count }, () => started('push'));

/** An event log on disk, to which whole pages of a session are appended at once. */
export const openSessionsLog = (dir: string) => {
  const store: EventStore = rightOf(openSqliteEventStore({ file: join(dir, 'events.db') }));
  const reader = createReader({ store, vault: createMemoryVault(), cipher: { encryptField, decryptField } });
  const revisions = new Map<string, number>();

  /** Appends and answers where: revision and position of the last event. */
  const append = async (session: number, events: readonly SessionEvent[]) => {
    const stream = `session-${idOf(session)}`;
    const from = revisions.get(stream) ?? -1;
    const appended = await right(store.append(stream, from, events.map(toNew(stream, from + 1))));
    revisions.set(stream, appended.revision);
    return appended;
  };

  const fill = async (sessions: number, eventsEach: number): Promise<void> => {
    for (let session = 0; session < sessions; session += 1)
      await append(session, ready({ sessionId: idOf(session), slug: idOf(session) }));
    for (let page = 0; page < 5; page += 1) {
      for (let session = 0; session < sessions; session += 1) await append(session, attempts(eventsEach / 5));
    }
  };

  return { feed: createFeed(store, reader), append, fill, close: store.close };
};

export type SessionsLog = ReturnType<typeof openSessionsLog>;

const toNew =
  (stream: string, first: number) =>
  ({ type, data }: SessionEvent, index: number) => ({
    id: `${stream}-${first + index}`,
    type,
    data: data as Json,
    metadata: {
      causationId: 'cause',
      correlationId: 'cause',
      actor: 'process-manager:boot' as const,
      at: T0,
      schema: 1,
      seal: '',
    },
  });
