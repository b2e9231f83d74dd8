/** A record of the log: an event of a client, or one the server wrote for itself. */
export type LogRecord = {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly position: bigint;
};

export type Proposed = Pick<LogRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type Outcome =
  | { readonly is: 'written'; readonly last: LogRecord; readonly first: LogRecord }
  | { readonly is: 'repeated'; readonly last: LogRecord }
  | { readonly is: 'wrong-version'; readonly current: number };

const SYSTEM_STREAM = '$stats-127.0.0.1:2113';
const HEADER_BYTES = 64;

/**
 * The log of a KurrentDB, in memory. It outlives the nodes that serve it.
 *
 * - Which append is new, repeated or wrong is `KurrentDB.Core/Services/Storage/ReaderIndex/IndexWriter.cs`,
 *   `CheckCommit`, for an explicit revision: the same ids at the same revisions are a repetition, also after later
 *   events; a first id that differs is a wrong version, and so is a partial overlap ("corrupted idempotency").
 * - A position is the record's offset in bytes; commit and prepare are the same since explicit transactions are gone.
 * - The server writes statistics into the same log, in `$` streams with `$` types.
 */
export const createLog = () => {
  const records: LogRecord[] = [];
  const streams = new Map<string, LogRecord[]>();
  const listeners = new Set<() => void>();
  let size = 0n;

  const write = (stream: string, event: Proposed): LogRecord => {
    const kept = streams.get(stream) ?? [];
    const record = { ...event, stream, revision: kept.length, position: size };
    size += BigInt(HEADER_BYTES + stream.length + event.data.length + event.metadata.length);
    kept.push(record);
    streams.set(stream, kept);
    records.push(record);
    return record;
  };

  const writeStatistics = (): void => {
    const event = { id: crypto.randomUUID(), type: '$statsCollected', contentType: 'application/json' };
    write(SYSTEM_STREAM, { ...event, data: Buffer.from('{"proc-id":1}'), metadata: new Uint8Array() });
  };

  return {
    append: (stream: string, expected: number, events: readonly Proposed[]): Outcome => {
      const kept = streams.get(stream) ?? [];
      const current = kept.length - 1;
      if (expected > current) return { is: 'wrong-version', current };
      if (expected < current) {
        const before = kept.slice(expected + 1, expected + 1 + events.length);
        const last = before.at(-1);
        const isSame =
          before.length === events.length && before.every(({ id }, index) => id === events[index]?.id);
        return isSame && last !== undefined ? { is: 'repeated', last } : { is: 'wrong-version', current };
      }
      const written = events.map((event) => write(stream, event));
      const [first] = written;
      const last = written.at(-1);
      if (first === undefined || last === undefined) throw new Error('an append without events');
      writeStatistics();
      for (const listener of listeners) listener();
      return { is: 'written', first, last };
    },
    writeStatistics,
    stream: (name: string): readonly LogRecord[] | undefined => streams.get(name),
    all: (): readonly LogRecord[] => records,
    /** Resolves at the next append, or when `signal` aborts. */
    changed: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const done = (): void => {
          listeners.delete(done);
          resolve();
        };
        listeners.add(done);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
};

export type Log = ReturnType<typeof createLog>;
