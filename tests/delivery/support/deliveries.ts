import type { EventStore, StoredEvent } from '../../../commands/ports/event-store.ts';
import { rightOf } from '../../../domain/testing/outcome.ts';
import type { Delivery } from './schedule.ts';

type Batch = { readonly events: readonly StoredEvent[]; readonly caughtUp: boolean };

const byPosition = (a: StoredEvent, b: StoredEvent): number => Number(a.position) - Number(b.position);

/**
 * A subscription as bad as a store may make it: events of one stream come in their order, and everything else is the
 * schedule's. All that was appended is delivered in the end.
 */
export const deliveredBy = (
  deliveries: readonly Delivery[],
  store: EventStore,
  sleep: (ms: number) => Promise<void>,
): EventStore['subscribeAll'] =>
  async function* ({ signal }): AsyncGenerator<Batch, void, undefined> {
    const delivered: StoredEvent[] = [];
    let waiting: StoredEvent[] = [];
    let pulledTo: string | undefined;
    let used = 0;
    let overtaken: { readonly stream: string; left: number } | undefined;

    const pull = async (): Promise<void> => {
      const read = rightOf(
        await store.readAll({
          limit: 1_000,
          ...(pulledTo === undefined ? {} : { after: pulledTo }),
        })(),
      );
      waiting.push(...read);
      pulledTo = read.at(-1)?.position ?? pulledTo;
    };

    const take = (size: number): readonly StoredEvent[] => {
      const free = waiting.filter(({ stream }) => stream !== overtaken?.stream);
      if (overtaken !== undefined) overtaken.left -= 1;
      // It is only overtaken while there is something to overtake it.
      if (free.length === 0 || overtaken?.left === 0) overtaken = undefined;
      const taken = (free.length === 0 ? waiting : free).slice(0, size);
      waiting = waiting.filter((event) => !taken.includes(event));
      delivered.push(...taken);
      return taken;
    };

    async function* disturbed({ disturbance }: Delivery): AsyncGenerator<Batch, void, undefined> {
      switch (disturbance.kind) {
        case 'none':
          return;
        case 'again':
          yield { events: delivered.slice(-disturbance.count), caughtUp: false };
          return;
        case 'prefix':
          yield { events: delivered.toSorted(byPosition).slice(0, disturbance.count), caughtUp: false };
          return;
        case 'restart':
          yield { events: delivered.toSorted(byPosition), caughtUp: false };
          return;
        case 'overtaken': {
          const streams = [...new Set(waiting.map(({ stream }) => stream))];
          const stream = streams[disturbance.stream % Math.max(1, streams.length)];
          if (stream !== undefined) overtaken = { stream, left: disturbance.batches };
          return;
        }
        case 'late':
          await sleep(disturbance.ms);
      }
    }

    // Only tells that there is something new: what it is, is read where it is wanted.
    for await (const _appended of store.subscribeAll({ signal })) {
      await pull();
      if (waiting.length === 0) yield { events: [], caughtUp: true };
      while (waiting.length > 0) {
        const next = deliveries[used % deliveries.length];
        if (next === undefined) throw new Error('a schedule needs at least one delivery');
        used += 1;
        yield* disturbed(next);
        await pull();
        const events = take(next.size);
        yield { events, caughtUp: waiting.length === 0 };
      }
    }
  };
