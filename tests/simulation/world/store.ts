import * as E from 'fp-ts/lib/Either.js';
import type {
  AppendError,
  Appended,
  EventStore,
  NewEvent,
  StoredEvent,
} from '../../../commands/ports/event-store.ts';
import type { TestClock } from '../../../commands/testing/clock.ts';
import { never } from '../../../commands/testing/port-of.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';

const UNAVAILABLE = { tag: 'StoreUnavailable', message: 'The disk does not answer.' } as const;
const FULL = { tag: 'StoreFull', message: 'No space left.' } as const;

/** An append that was asked for and is not on disk yet. */
type Pending = { isLost: boolean };

export type SimulatedConnection = EventStore & {
  /** The process that had it open is gone: of what is not on disk a first part gets there, and the rest never does. */
  readonly cut: () => void;
};

type Options = {
  readonly time: TestClock;
  readonly faults: Faults;
  readonly chance: Chance;
  /** How far behind subscribers are. */
  readonly lagMs: number;
  /** Whether what is read shares nothing with what was written; a fifth of what a run costs, so not in every one. */
  readonly copying: boolean;
  readonly appended: (events: readonly StoredEvent[], text: string) => void;
};

/** A log on a disk that can fail, fill up, answer late or not at all, and whose unsynced tail can be torn off. */
export const createSimulatedStore = ({ time, faults, chance, lagMs, copying, appended }: Options) => {
  const log: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const waiting: (() => void)[] = [];
  let lastWriteAt = 0;

  const eventsOf = (stream: string): readonly StoredEvent[] => streams.get(stream) ?? [];

  const write = (
    stream: string,
    expected: number,
    events: readonly NewEvent[],
  ): E.Either<AppendError, Appended> => {
    const kept = eventsOf(stream);
    const actual = kept.length - 1;
    if (expected !== actual) {
      const isRepeat =
        expected < actual && events.every(({ id }, index) => kept[expected + 1 + index]?.id === id);
      if (!isRepeat) return E.left({ tag: 'RevisionConflict', stream, expected, actual });
    } else {
      keep(stream, events);
    }
    const position = streams.get(stream)?.[expected + events.length]?.position ?? '0';
    return E.right({ revision: expected + events.length, position });
  };

  const keep = (stream: string, events: readonly NewEvent[]): void => {
    const text = JSON.stringify(events);
    // As a disk does: what is read back shares nothing with what was written.
    const copies = copying ? (JSON.parse(text) as readonly NewEvent[]) : events;
    const own = streams.get(stream) ?? [];
    const added = copies.map((copy, index) => ({
      ...copy,
      stream,
      revision: own.length + index,
      position: String(log.length + 1 + index),
    }));
    own.push(...added);
    log.push(...added);
    streams.set(stream, own);
    appended(added, text);
    for (const wake of waiting.splice(0)) wake();
  };

  /** Appends get to the disk in the order they were asked for. */
  const written = (ms: number): Promise<void> => {
    const now = Date.parse(time.now());
    lastWriteAt = Math.max(lastWriteAt, now + ms);
    return time.sleep(lastWriteAt - now);
  };

  const connect = (): SimulatedConnection => {
    let pending: Pending[] = [];

    const append: EventStore['append'] = (stream, expected, events) => async () => {
      if (faults.strikes('store-full')) {
        await time.sleep(1);
        return E.left(FULL);
      }
      if (faults.strikes('store-unavailable')) {
        await time.sleep(20);
        return E.left(UNAVAILABLE);
      }
      const mine: Pending = { isLost: false };
      pending.push(mine);
      await written(faults.strikes('store-slow') ? chance.between(100, 3_000) : 2);
      if (mine.isLost) return never();
      pending = pending.filter((other) => other !== mine);
      const result = write(stream, expected, events);
      if (!faults.strikes('store-answer-lost')) return result;
      await time.sleep(chance.between(1, 50));
      return E.left(UNAVAILABLE);
    };

    async function* subscribeAll({
      after = '0',
      signal,
      batchSize = 500,
    }: Parameters<EventStore['subscribeAll']>[0]) {
      let at = Number(after);
      let told = false;
      while (!signal.aborted) {
        const events = log.slice(at, at + batchSize);
        at += events.length;
        const caughtUp = at === log.length;
        if (events.length > 0 || !told) {
          told ||= caughtUp;
          yield { events, caughtUp };
        } else {
          await new Promise<void>((resolve) => waiting.push(resolve));
          if (lagMs > 0) await time.sleep(chance.between(0, lagMs));
        }
      }
    }

    return {
      append,
      readStream:
        (stream, { from = 0, limit = Number.POSITIVE_INFINITY } = {}) =>
        async () =>
          faults.strikes('store-unreadable')
            ? E.left(UNAVAILABLE)
            : E.right(eventsOf(stream).slice(from, from + limit)),
      readAll:
        ({ after = '0', limit }) =>
        async () =>
          E.right(log.slice(Number(after), Number(after) + limit)),
      subscribeAll,
      head: () => async () => E.right(log.at(-1)?.position),
      close: async () => undefined,
      cut: () => {
        for (const append of pending.slice(chance.between(0, pending.length))) append.isLost = true;
        pending = [];
      },
    };
  };

  return { connect, log: (): readonly StoredEvent[] => log, eventsOf, streams };
};

export type SimulatedStore = ReturnType<typeof createSimulatedStore>;
