import type { NewEvent } from '../../commands/ports/event-store.ts';
import { installEmmett } from './install.ts';

type Message = { readonly type: string; readonly data: unknown; readonly metadata?: unknown };
type Recorded = Message & {
  readonly metadata: { readonly globalPosition: bigint; readonly streamName: string };
};
type Connection = { readonly command: (sql: string) => Promise<unknown>; readonly close: () => void };

/** As much of `@event-driven-io/emmett-sqlite` 0.42.4 as is compared with. */
type Emmett = {
  readonly sqliteConnection: (options: { readonly fileName: string }) => Connection;
  readonly SQLiteConnectionPool: (options: object) => object;
  readonly getSQLiteEventStore: (options: object) => {
    readonly appendToStream: (stream: string, events: readonly Message[]) => Promise<unknown>;
    readonly readStream: (stream: string) => Promise<{ readonly events: readonly Recorded[] }>;
    readonly consumer: (options: object) => {
      readonly processor: (options: object) => unknown;
      readonly start: () => Promise<void>;
      readonly close: () => Promise<void>;
    };
  };
  readonly readMessagesBatch: (
    connection: Connection,
    options: { readonly after: bigint; readonly batchSize: number },
  ) => Promise<{ readonly messages: readonly Recorded[] }>;
};

const ENTRY = new URL('./node_modules/@event-driven-io/emmett-sqlite/dist/index.js', import.meta.url);

/** Messages its consumer reads at once; its own default is 100. */
const BATCH = 500;

const toMessage = ({ type, data, metadata }: NewEvent): Message => ({ type, data, metadata });

/**
 * Emmett's SQLite store on a file of its own, as kindly as it can be used: one connection kept open, where it opens one for
 * every call by itself (half as fast), and callers that wait for one another, where concurrent ones end in SQLITE_BUSY.
 * As durable as ours: its SQLite is built with `synchronous=FULL`.
 * @returns `undefined` where it cannot be installed
 */
export const openEmmett = async (file: string) => {
  if (!installEmmett()) return undefined;
  const emmett = (await import(ENTRY.href)) as Emmett;
  const connection = emmett.sqliteConnection({ fileName: file });
  // A new connection does not wait for its own PRAGMA, and a commit meanwhile ends in SQLITE_BUSY.
  await connection.command('PRAGMA journal_mode = WAL');
  const pool = emmett.SQLiteConnectionPool({
    fileName: file,
    connectionOptions: { singleton: true, connection },
  });
  const store = emmett.getSQLiteEventStore({ fileName: file, pool });
  let last: Promise<unknown> = store.readStream('none');
  return {
    append: (stream: string, events: readonly NewEvent[]): Promise<unknown> => {
      last = last.then(() => store.appendToStream(stream, events.map(toMessage)));
      return last;
    },
    readStream: async (stream: string): Promise<number> => (await store.readStream(stream)).events.length,
    /** How many events there were, and the position of the last of them. */
    readAll: async (
      after: bigint,
      batchSize: number,
    ): Promise<{ readonly read: number; readonly last: bigint }> => {
      const { messages } = await emmett.readMessagesBatch(connection, { after, batchSize });
      return { read: messages.length, last: messages.at(-1)?.metadata.globalPosition ?? 0n };
    },
    /** Its own consumer, from the beginning to the event at `until`, with its checkpoint after every event. */
    consume: async (until: bigint, each: (event: Recorded) => void): Promise<void> => {
      const consumer = store.consumer({ pulling: { batchSize: BATCH, pullingFrequencyInMs: 0 } });
      consumer.processor({
        processorId: 'rebuild',
        startFrom: 'BEGINNING',
        stopAfter: ({ metadata }: Recorded) => metadata.globalPosition >= until,
        eachMessage: async (event: Recorded) => each(event),
      });
      await consumer.start();
      await consumer.close();
    },
    close: () => connection.close(),
  };
};
