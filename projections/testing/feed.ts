import { ERASED } from '../../domain/envelope.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { personalFieldsOf } from '../../domain/session/personal.ts';
import { later } from '../../domain/testing/histories.ts';
import type { EventFeed, FeedEvent } from '../ports.ts';

type Fact = { readonly type: string; readonly data: unknown };

/** A stream's events as the feed hands them out, from revision 0, a second apart. */
export const published = (events: readonly Fact[], stream = 'session-abc'): readonly FeedEvent[] =>
  events.map(({ type, data }, pos) => ({
    type,
    data,
    pos,
    stream,
    id: `${stream}-${pos}`,
    position: String(pos + 1),
    at: later(pos * 1_000),
    actor: 'process-manager:boot',
    causationId: 'cause',
  }));

/** As the log reads once the session's key is gone. */
export const erased = <E extends Fact>({ type, data, ...rest }: E): E => {
  const gone = personalFieldsOf(type)
    .filter((field) => Object.hasOwn(Object(data), field))
    .map((field) => [field, ERASED]);
  return { ...rest, type, data: { ...Object(data), ...Object.fromEntries(gone) } } as unknown as E;
};

/** Several sessions' histories as one log: their events alternate, and positions count through. */
export const interleaved = (histories: readonly (readonly SessionEvent[])[]): readonly FeedEvent[] => {
  const streams = histories.map((events, index) => published(events, `session-${'abc'[index] ?? index}`));
  const longest = Math.max(0, ...streams.map(({ length }) => length));
  return Array.from({ length: longest }, (_, pos) => streams.flatMap((stream) => stream.slice(pos, pos + 1)))
    .flat()
    .map((event, index) => ({ ...event, position: String(index + 1) }));
};

/** A log that can grow, read in batches of these sizes, in turn. */
export const createTestFeed = (
  sizes: readonly number[] = [100],
): EventFeed & {
  readonly append: (events: readonly FeedEvent[]) => void;
} => {
  const log: FeedEvent[] = [];
  let waiting: (() => void)[] = [];
  const changed = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      waiting = [...waiting, resolve];
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  return {
    append: (events) => {
      log.push(...events);
      for (const wake of waiting.splice(0)) wake();
    },
    count: async (upTo = String(log.length)) => Number(upTo),
    subscribe: async function* ({ after = '0', signal }) {
      let at = Number(after);
      let told = false;
      for (let batch = 0; !signal.aborted; batch += 1) {
        const events = log.slice(at, at + (sizes[batch % sizes.length] ?? 1));
        at += events.length;
        const caughtUp = at === log.length;
        if (events.length === 0 && told) await changed(signal);
        else {
          told ||= caughtUp;
          yield { events, caughtUp };
        }
      }
    },
  };
};

export const byNumber = (a: string, b: string): number => Number(a) - Number(b);

/** What a projector of a test is given beside its feed: numbers for positions, and nobody who reads what it logs. */
export const unheard = {
  log: { info: () => undefined, warn: () => undefined },
  comparePositions: byNumber,
};
