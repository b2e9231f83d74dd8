import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as Either from 'fp-ts/lib/Either.js';
import { openSqliteEventStore } from '../adapters/event-store/sqlite.ts';
import type { EventStore, NewEvent } from '../commands/ports/event-store.ts';
import { rightOf } from '../domain/testing/outcome.ts';
import { openEmmett } from './emmett/store.ts';
import { openRaw } from './raw-sqlite.ts';
import type { Row } from './row.ts';
import { beside, byTurns } from './support/rounds.ts';
import { within } from './support/within.ts';

const PAGE = 500;
const STREAM_LENGTH = 1_000;
const LOG_STREAMS = 30;

const SEAL = 'c2a9'.repeat(16);

/** Some 450 bytes of JSON, as a paragraph of the agent's makes. */
const makeEvent = (): NewEvent => ({
  id: randomUUID(),
  type: 'AgentSaid',
  data: { turnId: '0f8fad5b-d9cb-469f-a165-70867728950e', text: 'x'.repeat(150) },
  metadata: {
    causationId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    correlationId: '7c9e6679-7425-40de-944b-e07fc1f90ae8',
    actor: 'process-manager:turns',
    at: '2026-01-02T03:04:05.678Z',
    schema: 1,
    seal: SEAL,
  },
});

const openStore = (file: string): EventStore => rightOf(openSqliteEventStore({ file }));

/** The row beside Emmett, where that could be installed. */
const besideEmmett = (
  name: string,
  unit: string,
  ours: readonly number[],
  emmett: readonly number[],
  goal?: Row['goal'],
): readonly Row[] =>
  emmett.length === 0
    ? []
    : [{ name: `${name}-emmett`, unit, ...beside(ours, emmett), ...(goal === undefined ? {} : { goal }) }];

const FIVE_TIMES: Row['goal'] = { at: 'min', value: 5, of: 'ratio' };

/** `writers` callers, each appending one event at a time to a stream of its own and waiting for it to be durable. */
const appends = (writers: number, goal?: Row['goal']): Promise<readonly Row[]> =>
  within(async (directory) => {
    const store = openStore(join(directory, 'ours.db'));
    const raw = openRaw(join(directory, 'raw.db'));
    const emmett = await openEmmett(join(directory, 'emmett.db'));
    const names = Array.from({ length: writers }, () => `session-${randomUUID()}`);
    const rawStreams = names.map(raw.newStream);
    const revisions = names.map(() => -1);
    let rawRevision = 0;

    const appendSome = async (writer: number): Promise<void> => {
      for (let each = 0; each < 10; each += 1) {
        const appended = rightOf(
          await store.append(names[writer] ?? '', revisions[writer] ?? -1, [makeEvent()])(),
        );
        revisions[writer] = appended.revision;
      }
    };
    const rates = await byTurns({
      raw: () => {
        raw.append(rawStreams, rawRevision, makeEvent);
        rawRevision += 1;
        return writers;
      },
      ours: async () => {
        await Promise.all(names.map((_, writer) => appendSome(writer)));
        return writers * 10;
      },
      ...(emmett && {
        emmett: async () => {
          await Promise.all(names.map((name) => emmett.append(name, [makeEvent()])));
          return writers;
        },
      }),
    });
    await store.close();
    raw.close();
    emmett?.close();
    const [name, unit] = [`append-${writers}`, 'appends/s'];
    return [
      { name, unit, ...beside(rates.ours, rates.raw), ...(goal === undefined ? {} : { goal }) },
      ...besideEmmett(name, unit, rates.ours, rates.emmett, FIVE_TIMES),
    ];
  });

const reads = (): Promise<readonly Row[]> =>
  within(async (directory) => {
    const store = openStore(join(directory, 'ours.db'));
    const raw = openRaw(join(directory, 'raw.db'));
    const emmett = await openEmmett(join(directory, 'emmett.db'));
    const stream = `session-${randomUUID()}`;
    const rawStreams = Array.from({ length: LOG_STREAMS }, (_, index) => raw.newStream(`${stream}-${index}`));
    for (let index = 0; index < LOG_STREAMS; index += 1) {
      const events = Array.from({ length: STREAM_LENGTH }, makeEvent);
      await store.append(`${stream}-${index}`, -1, events)();
      await emmett?.append(`${stream}-${index}`, events);
    }
    for (let revision = 0; revision < STREAM_LENGTH; revision += 1)
      raw.append(rawStreams, revision, makeEvent);

    const streamReads = await byTurns({
      raw: () => raw.readStream(rawStreams[7] ?? 0).length,
      ours: async () => {
        const events = await store.readStream(`${stream}-7`)();
        return Either.isRight(events) ? events.right.length : 0;
      },
      ...(emmett && { emmett: () => emmett.readStream(`${stream}-7`) }),
    });

    let after: string | undefined;
    let rawAfter = 0;
    let emmettAfter = 0n;
    const allReads = await byTurns({
      raw: () => {
        const events = raw.readAll(rawAfter, PAGE);
        rawAfter = (rawAfter + PAGE) % (LOG_STREAMS * STREAM_LENGTH);
        return events.length;
      },
      ours: async () => {
        const page = await store.readAll({ limit: PAGE, ...(after === undefined ? {} : { after }) })();
        const events = Either.isRight(page) ? page.right : [];
        after = events.at(-1)?.position;
        return events.length;
      },
      ...(emmett && {
        emmett: async () => {
          const { read, last } = await emmett.readAll(emmettAfter, PAGE);
          emmettAfter = last;
          return read;
        },
      }),
    });
    await store.close();
    raw.close();
    emmett?.close();
    const unit = 'events/s';
    return [
      { name: 'read-stream', unit, ...beside(streamReads.ours, streamReads.raw) },
      ...besideEmmett('read-stream', unit, streamReads.ours, streamReads.emmett),
      { name: 'read-all', unit, ...beside(allReads.ours, allReads.raw) },
      ...besideEmmett('read-all', unit, allReads.ours, allReads.emmett),
    ];
  });

/** The event log beside `node:sqlite` alone and beside Emmett's, on files in the temporary directory: about a minute. */
export const benchEventStore = async (): Promise<readonly Row[]> => [
  ...(await appends(1, { at: 'min', value: 0.8, of: 'ratio' })),
  ...(await appends(8)),
  ...(await appends(64, { at: 'min', value: 50_000, of: 'median' })),
  ...(await appends(512)),
  ...(await reads()),
];
