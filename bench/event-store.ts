import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Either from 'fp-ts/lib/Either.js';
import { openSqliteEventStore } from '../adapters/event-store/sqlite.ts';
import type { EventStore, NewEvent } from '../commands/ports/event-store.ts';
import { openRaw } from './raw-sqlite.ts';
import type { Row } from './row.ts';
import { median } from './statistics.ts';

const ROUNDS = 7;
const ROUND_MS = 400;
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

const openStore = (file: string): EventStore => {
  const opened = openSqliteEventStore({ file });
  if (Either.isLeft(opened)) throw new Error(opened.left.message);
  return opened.right;
};

/** How many things per second `work` does, which answers how many it did each time. */
const rate = async (work: () => number | Promise<number>): Promise<number> => {
  const start = performance.now();
  let done = 0;
  while (performance.now() < start + ROUND_MS) done += await work();
  return (done * 1_000) / (performance.now() - start);
};

/** Both by turns, so that a disk that stalls does so to both. */
const compare = async (
  ours: () => number | Promise<number>,
  raw: () => number,
): Promise<Pick<Row, 'median' | 'baseline' | 'ratio'>> => {
  const rates: { ours: number; raw: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    rates.push({ raw: await rate(raw), ours: await rate(ours) });
  // The first round warms up.
  const counted = rates.slice(1);
  return {
    median: Math.round(median(counted.map((each) => each.ours))),
    baseline: Math.round(median(counted.map((each) => each.raw))),
    ratio: Math.round(median(counted.map((each) => each.ours / each.raw)) * 100) / 100,
  };
};

const within = async <A>(work: (directory: string) => Promise<A>): Promise<A> => {
  const directory = mkdtempSync(join(tmpdir(), 'mk0r-bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** `writers` callers, each appending one event at a time to a stream of its own and waiting for it to be durable. */
const appends = (writers: number, goal?: Row['goal']): Promise<Row> =>
  within(async (directory) => {
    const store = openStore(join(directory, 'ours.db'));
    const raw = openRaw(join(directory, 'raw.db'));
    const names = Array.from({ length: writers }, () => `session-${randomUUID()}`);
    const rawStreams = names.map(raw.newStream);
    const revisions = names.map(() => -1);
    let rawRevision = 0;

    const appendSome = async (writer: number): Promise<void> => {
      for (let each = 0; each < 10; each += 1) {
        const appended = await store.append(names[writer] ?? '', revisions[writer] ?? -1, [makeEvent()])();
        if (Either.isLeft(appended)) throw new Error(JSON.stringify(appended.left));
        revisions[writer] = appended.right.revision;
      }
    };
    const figures = await compare(
      async () => {
        await Promise.all(names.map((_, writer) => appendSome(writer)));
        return writers * 10;
      },
      () => {
        raw.append(rawStreams, rawRevision, makeEvent);
        rawRevision += 1;
        return writers;
      },
    );
    await store.close();
    raw.close();
    return {
      name: `append-${writers}`,
      unit: 'appends/s',
      ...figures,
      ...(goal === undefined ? {} : { goal }),
    };
  });

const reads = (): Promise<readonly Row[]> =>
  within(async (directory) => {
    const store = openStore(join(directory, 'ours.db'));
    const raw = openRaw(join(directory, 'raw.db'));
    const stream = `session-${randomUUID()}`;
    const rawStreams = Array.from({ length: LOG_STREAMS }, (_, index) => raw.newStream(`${stream}-${index}`));
    for (let index = 0; index < LOG_STREAMS; index += 1) {
      await store.append(`${stream}-${index}`, -1, Array.from({ length: STREAM_LENGTH }, makeEvent))();
    }
    for (let revision = 0; revision < STREAM_LENGTH; revision += 1)
      raw.append(rawStreams, revision, makeEvent);

    const readStream = await compare(
      async () => {
        const events = await store.readStream(`${stream}-7`)();
        return Either.isRight(events) ? events.right.length : 0;
      },
      () => raw.readStream(rawStreams[7] ?? 0).length,
    );

    let after: string | undefined;
    let rawAfter = 0;
    const readAll = await compare(
      async () => {
        const page = await store.readAll({ limit: PAGE, ...(after === undefined ? {} : { after }) })();
        const events = Either.isRight(page) ? page.right : [];
        after = events.at(-1)?.position;
        return events.length;
      },
      () => {
        const events = raw.readAll(rawAfter, PAGE);
        rawAfter = (rawAfter + PAGE) % (LOG_STREAMS * STREAM_LENGTH);
        return events.length;
      },
    );
    await store.close();
    raw.close();
    return [
      { name: 'read-stream', unit: 'events/s', ...readStream },
      { name: 'read-all', unit: 'events/s', ...readAll },
    ];
  });

/** The event log beside `node:sqlite` alone, on files in the temporary directory. Takes about 40 s. */
export const benchEventStore = async (): Promise<Row[]> => [
  await appends(1, { at: 'min', value: 0.8, of: 'ratio' }),
  await appends(8),
  await appends(64, { at: 'min', value: 50_000, of: 'median' }),
  await appends(512),
  ...(await reads()),
];
