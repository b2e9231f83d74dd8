import { join } from 'node:path';
import { isLeft } from 'fp-ts/lib/Either.js';
import { sizeOf } from '../../adapters/event-store/kurrent/append.ts';
import { createKurrentEventStore } from '../../adapters/event-store/kurrent/store.ts';
import { readSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { checkSeals } from '../../commands/seal.ts';
import type { Command } from './command.ts';
import { orThrow } from './open-log.ts';
import { withoutServer } from './server-running.ts';

const PAGE = 500;
/** Well below what one append may hold: the metadata is written again by the server. */
const APPEND_BYTES = 512 * 1024;
/** A copy has no visitor who waits. */
const PATIENCE_MS = 60_000;

export const copyLog: Command = {
  usage:
    'copy-log      copies the log of the data directory into the KurrentDB at EVENTSTORE_URL; may be repeated, and goes on where it was',

  run: async (_args, { config, say }) => {
    const { kurrent } = config.services;
    if (kurrent === undefined) {
      throw new Error('Say where to: set EVENTSTORE_URL to the address of the KurrentDB that gets the log.');
    }
    const copied = await withoutServer(config.dataDir, async () => {
      const from = orThrow(readSqliteEventStore(join(config.dataDir, 'log', 'events.db')));
      const to = createKurrentEventStore({ address: kurrent, patienceMs: PATIENCE_MS });
      try {
        const streams = await copy(from, to, say);
        await verify(streams, from, to);
        return streams;
      } finally {
        await to.close();
        await from.close();
      }
    });
    if (copied === undefined) {
      throw new Error(
        'A server runs on this data directory. Stop it first: what it appends would be missed.',
      );
    }
    const events = [...copied.values()].reduce((sum, last) => sum + last + 1, 0);
    say(
      `${events.toLocaleString('en')} events of ${copied.size.toLocaleString('en')} streams are in KurrentDB, and every seal fits. ` +
        'Start the server with EVENTSTORE_URL and the same data directory: it holds the vault.',
    );
    return 0;
  },
};

/**
 * In the order of the whole log, which is also the order in which one stream follows from another. Ids and revisions
 * stay, so what was copied before is recognised. Answers the last revision of each stream.
 */
const copy = async (
  from: EventStore,
  to: EventStore,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, number>> => {
  const streams = new Map<string, number>();
  let done = 0;
  for (let after: string | undefined; ; ) {
    const page = orThrow(await from.readAll({ limit: PAGE, ...(after === undefined ? {} : { after }) })());
    for (const run of runsOf(page)) {
      const [first] = run;
      const last = run.at(-1);
      if (first === undefined || last === undefined) continue;
      const answer = await to.append(first.stream, first.revision - 1, run.map(toNew))();
      if (isLeft(answer)) throw new Error(whyNot(first.stream, answer.left));
      streams.set(last.stream, last.revision);
    }
    done += page.length;
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE) return streams;
    say(`${done.toLocaleString('en')} events copied`);
  }
};

const whyNot = (
  stream: string,
  error: { readonly tag: 'RevisionConflict' } | { readonly tag: string; readonly message: string },
): string =>
  'message' in error
    ? `${stream} could not be copied: ${error.message}. Start the copy again: it goes on.`
    : `${stream} is in KurrentDB with other events. Copy into one that is empty, or was copied into from this log only.`;

/** The fields of an append, in its own order: what is stored has more. */
const toNew = ({ id, type, data, metadata }: StoredEvent) => ({ id, type, data, metadata });

/** Neighbours of one stream, as many as one append may hold. */
const runsOf = (events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] => {
  const runs: StoredEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = sizeOf([event]);
    const run = runs.at(-1);
    bytes += size;
    if (run?.at(-1)?.stream === event.stream && bytes <= APPEND_BYTES) {
      run.push(event);
      continue;
    }
    runs.push([event]);
    bytes = size;
  }
  return runs;
};

/** Reads every stream from KurrentDB, checks its seals, and that it ends with the seal it ends with here. */
const verify = async (
  streams: ReadonlyMap<string, number>,
  from: EventStore,
  to: EventStore,
): Promise<void> => {
  for (const [stream, last] of streams) {
    const copied = orThrow(await to.readStream(stream)());
    const [expected] = orThrow(await from.readStream(stream, { from: last, limit: 1 })());
    const { firstBad, events } = checkSeals(copied);
    if (firstBad !== undefined) throw new Error(`${stream}, event ${firstBad.pos}: ${firstBad.reason}`);
    if (events !== last + 1 || copied.at(-1)?.metadata.seal !== expected?.metadata.seal) {
      throw new Error(
        `${stream} is not the same in KurrentDB: it has ${events} events there, ${last + 1} here`,
      );
    }
  }
};
