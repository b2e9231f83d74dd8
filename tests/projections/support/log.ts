import fc from 'fast-check';
import type { PoolEvent } from '../../../domain/pool/events.ts';
import { anyEvent } from '../../../domain/testing/arbitrary-events.ts';
import { later, planned } from '../../../domain/testing/histories.ts';
import type { Batch, EventFeed, FeedEvent } from '../../../projections/ports.ts';
import { erased } from '../../../projections/testing/feed.ts';
import type { Random } from './random.ts';

type Fact = { readonly type: string; readonly data: unknown };

const poolEvent: fc.Arbitrary<PoolEvent> = fc.oneof(
  fc.record({ type: fc.constant('PoolTargetSet' as const), data: fc.record({ target: fc.nat(9) }) }),
  fc.record({ type: fc.constant('PoolDrained' as const), data: fc.record({ reason: fc.string() }) }),
);

const history = fc.array(anyEvent, { maxLength: 20, size: 'max' });

/** Random histories of so many sessions, and one of their pool, shuffled into one log. */
export const randomLog = (sessions: number, seed: number, random: Random): readonly FeedEvent[] => {
  const histories = fc.sample(history, { seed, numRuns: sessions });
  const pool = fc.sample(fc.array(poolEvent, { maxLength: 20 }), { seed, numRuns: 1 });
  const streams: (readonly [string, readonly Fact[]])[] = [
    // Most begin as they should; what does not is passed over by every view alike.
    ...histories.map(
      (events, index) => [`session-s${index}`, random.oneIn(20) ? events : [planned(), ...events]] as const,
    ),
    ...pool.map((events) => ['pool-spec-one', events] as const),
  ];
  const open = streams
    .filter(([, events]) => events.length > 0)
    .map(([stream, events]) => ({ stream, events, pos: 0 }));
  const log: FeedEvent[] = [];
  while (open.length > 0) {
    const index = random.below(open.length);
    const from = open[index];
    const fact = from?.events[from.pos];
    if (from === undefined || fact === undefined) {
      open.splice(index, 1);
      continue;
    }
    log.push(toEvent(fact, from.stream, from.pos, log.length + 1));
    from.pos += 1;
  }
  return log;
};

const toEvent = ({ type, data }: Fact, stream: string, pos: number, position: number): FeedEvent => ({
  type,
  data,
  pos,
  stream,
  id: `${stream}-${pos}`,
  position: String(position),
  at: later(position * 100),
  actor: 'process-manager:boot',
  causationId: 'cause',
});

/**
 * A log that grows, read as the real one is: what a forgotten session said reads `[erased]` from then on, however long
 * ago it was said. Batches have random sizes, and now and then one holds events that were delivered before.
 */
export const createRandomFeed = (random: Random, { largest }: { readonly largest: number }) => {
  const log: FeedEvent[] = [];
  const shredded = new Set<string>();
  let waiting: (() => void)[] = [];

  const appended = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });

  const read = (from: number, to: number): readonly FeedEvent[] =>
    log.slice(from, to).map((event) => (shredded.has(event.stream) ? erased(event) : event));

  const feed: EventFeed = {
    count: async (upTo = String(log.length)) => Number(upTo),
    subscribe: async function* ({ after = '0', signal }): AsyncGenerator<Batch> {
      let at = Number(after);
      let told = false;
      while (!signal.aborted) {
        const again = random.oneIn(4) ? random.below(10) : 0;
        const to = Math.min(log.length, at + 1 + random.below(largest));
        const caughtUp = to === log.length;
        if (to === at && told) {
          await appended(signal);
          continue;
        }
        told ||= caughtUp;
        const events = read(Math.max(0, at - again), to);
        at = to;
        yield { events, caughtUp };
      }
    },
  };

  return {
    feed,
    length: (): number => log.length,
    append: (events: readonly FeedEvent[]): void => {
      for (const event of events) {
        log.push(event);
        if (event.type === 'SessionForgotten') shredded.add(event.stream);
      }
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
};
