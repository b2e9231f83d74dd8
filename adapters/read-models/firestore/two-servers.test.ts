import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anyHistory } from '../../../domain/testing/arbitrary-events.ts';
import { planned, submitted, turnStarted } from '../../../domain/testing/histories.ts';
import { holds } from '../../../domain/testing/property.ts';
import { opsView } from '../../../projections/ops-view/index.ts';
import type { FeedEvent, ReadModels, Row } from '../../../projections/ports.ts';
import { tableOf } from '../../../projections/projection.ts';
import { startProjector } from '../../../projections/projector.ts';
import {
  byNumber,
  createTestFeed,
  interleaved,
  published,
  unheard,
} from '../../../projections/testing/feed.ts';
import { createMemoryReadModels } from '../../../projections/testing/read-models.ts';
import { transcriptView } from '../../../projections/transcript-view/index.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
import { openFirestoreReadModels } from './open.ts';

const open = (emulator: string): Promise<ReadModels> =>
  openFirestoreReadModels({ projectId: 'apps-of-ann', emulator, pace: async () => undefined });

const row = (key: string, doc: unknown): Row => ({ key, doc, indexes: { all: ['yes'] } });
const many = (count: number, doc: unknown): readonly Row[] =>
  Array.from({ length: count }, (_, at) => row(`k${at}`, doc));

describe('two servers', () => {
  let firestore: FirestoreStandIn;
  let models: ReadModels;
  let other: ReadModels;
  beforeEach(async () => {
    firestore = await startFirestoreStandIn();
    [models, other] = await Promise.all([open(firestore.host), open(firestore.host)]);
  });
  afterEach(async () => {
    await models.close();
    await other.close();
    await firestore.close();
  });

  test('that have the same events apply them once: who comes second is told, and goes on from there', async () => {
    await models.write('t_v1', [row('a', 1)], '1');
    expect(await other.checkpoint('t_v1')).toBe('1');
    await models.write('t_v1', [row('a', 2)], '2');
    await expect(other.write('t_v1', [row('a', 'again')], '3')).rejects.toThrow('another server');
    expect(await models.get('t_v1', 'a')).toBe(2);
    expect(await other.checkpoint('t_v1')).toBe('2');
    await other.write('t_v1', [row('a', 3)], '3');
    expect(await models.get('t_v1', 'a')).toBe(3);
  });

  test('that come to the same end are told who did: what the second read of it may have been ahead', async () => {
    await models.write('t_v1', [row('a', 1)], '1');
    expect(await other.checkpoint('t_v1')).toBe('1');
    expect(await models.write('t_v1', [row('a', 2)], '2')).toBe('here');
    expect(await other.write('t_v1', [row('a', 'twice')], '2')).toBe('elsewhere');
    expect(await models.get('t_v1', 'a')).toBe(2);
    firestore.fail('Commit', 'UNAVAILABLE', { after: true });
    expect(await other.write('t_v1', [row('a', 3)], '3')).toBe('here');
    expect(await models.get('t_v1', 'a')).toBe(3);
  });

  test('do not mix what is more than one commit takes', async () => {
    await models.write('t_v1', [row('k0', 'old')], '1');
    expect(await other.checkpoint('t_v1')).toBe('1');
    const outcomes = await Promise.allSettled([
      models.write('t_v1', many(1_200, 'mine'), '9'),
      other.write('t_v1', many(1_200, 'theirs'), '9'),
    ]);
    // Both stand where the other left off by now: at the end of the same events.
    expect(await models.checkpoint('t_v1')).toBe(
      outcomes.some(({ status }) => status === 'fulfilled') ? '9' : '1',
    );
    const found = new Set(await models.find('t_v1', 'all', 'yes'));
    expect(found.size).toBe(1);
  });

  test('never bring a table back to where it was, while one puts together more than one commit takes', async () => {
    await models.write('t_v1', [row('k0', 'old')], '1');
    expect(await other.checkpoint('t_v1')).toBe('1');
    const large = other.write('t_v1', many(1_200, 'nine'), '9').catch(() => 'overtaken');
    // Only until the rows are in their places: looked for all the time, however fast the machine is.
    await expect
      .poll(() => JSON.stringify(firestore.documents()).includes('/redo/'), { interval: 1 })
      .toBe(true);
    const small = models.write('t_v1', [row('k0', 'ten')], '10').catch(() => 'overtaken');
    const outcomes = await Promise.all([large, small]);
    expect(['here,overtaken', 'overtaken,here']).toContain(String(outcomes));
    expect(await models.checkpoint('t_v1')).toBe(outcomes[0] === 'here' ? '9' : '10');
    expect(await models.get('t_v1', 'k0')).toBe(outcomes[0] === 'here' ? 'nine' : 'ten');
  });

  test('that both have built a table keep the one that served before', async () => {
    const table = (version: number) => ({ name: `t_v${version}`, projection: 't', version, generation: 1 });
    const last = { rows: [], checkpoint: '1', pinned: false };
    await models.begin(table(1));
    await models.serve(table(1), last);
    await models.begin(table(2));
    await models.serve(table(2), last);
    await other.checkpoint('t_v2');
    await other.serve(table(2), last);
    expect((await models.tables('t')).map(({ name, role }) => `${name} ${role}`)).toEqual([
      't_v1 kept',
      't_v2 serving',
    ]);
  });

  test('where one has rebuilt and switched, the other cannot bring back what was before', async () => {
    const table = { name: 't_v1', projection: 't', version: 1, generation: 1 };
    await models.begin(table);
    await other.checkpoint('t_v1');
    await models.serve(table, { rows: [row('a', 5)], checkpoint: '5', pinned: false });
    const late = { rows: [row('a', 4)], checkpoint: '4', pinned: false };
    await expect(other.serve(table, late)).rejects.toThrow('another server');
    expect(await models.get('t_v1', 'a')).toBe(5);
  });

  test('where one has dropped a table, the other leaves no row in it', async () => {
    const table = (version: number) => ({ name: `t_v${version}`, projection: 't', version, generation: 1 });
    await models.begin(table(1));
    await models.write('t_v1', [row('a', 'words')], '1');
    expect(await other.checkpoint('t_v1')).toBe('1');
    await models.drop('t_v1');
    await expect(other.write('t_v1', [row('b', 'words')], '2')).rejects.toThrow('another server');
    expect(JSON.stringify(firestore.documents())).not.toContain('words');
  });
});

describe('a server that starts while another one goes on', () => {
  const log = published([planned(), submitted(), turnStarted()]);
  const follow = (readModels: ReadModels, events: readonly FeedEvent[]) => {
    const feed = createTestFeed();
    feed.append(events);
    const stop = new AbortController();
    const projector = startProjector(transcriptView, {
      feed,
      readModels,
      signal: stop.signal,
      ...unheard,
    });
    const end = async () => {
      stop.abort();
      await projector.stopped;
    };
    return { feed, projector, end };
  };
  /** Everything up to an event, and no more. */
  const applied = async (readModels: ReadModels, events: readonly FeedEvent[]): Promise<void> => {
    const { projector, end } = follow(readModels, events);
    await projector.waitFor(events.at(-1)?.position ?? '', 10_000);
    await end();
  };

  test('counts no event twice, though the other is ahead of where it begins', async () => {
    const firestore = await startFirestoreStandIn();
    const [one, another] = await Promise.all([open(firestore.host), open(firestore.host)]);
    await applied(one, log.slice(0, 1));
    let isAhead: Promise<void> | undefined;
    const late: ReadModels = {
      ...another,
      checkpoint: async (table) => {
        const before = await another.checkpoint(table);
        isAhead ??= applied(one, log.slice(0, 2));
        await isAhead;
        return before;
      },
    };
    const { feed, projector, end } = follow(late, log.slice(0, 2));
    await projector.waitFor('2', 10_000);
    feed.append(log.slice(2));
    await projector.waitFor('3', 10_000);
    expect(await projector.get('abc')).toMatchObject({ revision: 2, turns: [{ status: 'running' }] });
    await end();
    await Promise.all([one.close(), another.close()]);
    await firestore.close();
  });
});

/** Keeps the view that counts, in which an event applied twice would show, until `signal`. */
const keep = (
  readModels: ReadModels,
  feed: ReturnType<typeof createTestFeed>,
  signal: AbortSignal,
  warned: string[],
) =>
  startProjector(opsView, {
    feed,
    readModels,
    signal,
    log: { info: () => undefined, warn: (_fields, message) => void warned.push(message) },
    comparePositions: byNumber,
    retryMs: 50,
  });

describe('views that two servers keep at once', () => {
  holds(
    'are what one would have made of them, whichever of the two comes first with what',
    [
      fc.array(
        anyHistory.map((events) => [planned(), ...events]),
        { minLength: 1, maxLength: 2 },
      ),
      fc.array(fc.nat(40), { maxLength: 4 }),
    ],
    async (sessions, pauses) => {
      const firestore = await startFirestoreStandIn();
      const [one, another] = await Promise.all([open(firestore.host), open(firestore.host)]);
      const memory = createMemoryReadModels();
      const log = interleaved(sessions);
      // Batches of other sizes: they never come with quite the same.
      const feeds = [createTestFeed([3, 1, 5]), createTestFeed([2, 7]), createTestFeed()] as const;
      const stop = new AbortController();
      const warned: string[] = [];
      const projectors = [
        keep(one, feeds[0], stop.signal, warned),
        keep(another, feeds[1], stop.signal, warned),
        keep(memory, feeds[2], stop.signal, warned),
      ];
      let appended = 0;
      for (const until of [...pauses.toSorted((a, b) => a - b), log.length]) {
        const more = log.slice(appended, Math.max(appended, until));
        appended += more.length;
        for (const feed of feeds) feed.append(more);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const last = log.at(-1)?.position ?? '';
      for (const projector of projectors) await projector.waitFor(last, 30_000);
      const table = tableOf(opsView);
      const seen = async (models: ReadModels) => ({
        checkpoint: await models.checkpoint(table),
        shards: await models.find(table, 'every', 'shard'),
      });
      const expected = await seen(memory);
      expect(expected.checkpoint).toBe(last);
      expect(await seen(one)).toEqual(expected);
      expect(await seen(another)).toEqual(expected);
      expect(warned).toEqual([]);
      stop.abort();
      for (const { stopped } of projectors) await stopped;
      await Promise.all([one.close(), another.close()]);
      await firestore.close();
    },
    { runs: 5 },
  );
});
