import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../../projections/live.ts';
import type { OpsReport } from '../../../projections/views.ts';
import type { Handlers, Network } from '../live/link.ts';
import { followTopics } from './topics.ts';

const processAt = (sampledAt: string, events = 0): OpsReport['process'] => ({
  startedAt: sampledAt,
  sampledAt,
  node: 'v24',
  rssBytes: 0,
  heapUsedBytes: 0,
  eventLoopDelayMs: { p50: 0, p99: 3, max: 9 },
  store: { state: 'up', events, appends: { done: 0, failed: 0, took: { count: 0 } } },
});

/** A world in which the network does only what the test says. */
const world = () => {
  const sent: unknown[] = [];
  let handlers: Handlers | undefined;
  const timers: (() => void)[] = [];
  const network: Network = {
    ticket: async () => ({ ticket: 'once' }),
    open: () => ({
      send: (text) => sent.push(JSON.parse(text)),
      close: () => undefined,
      on: (next) => {
        handlers = next;
      },
    }),
    later: (work) => {
      timers.push(work);
      return () => undefined;
    },
    random: () => 0,
    now: () => 0,
  };
  const say = (frame: object): void => handlers?.message(JSON.stringify(frame));
  const arrive = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    handlers?.open();
    say({ type: 'welcome', epoch: 'e', heartbeatMs: 1_000 });
  };
  return { network, sent, say, arrive, lose: (code: number) => handlers?.close(code), timers };
};

const ops = (sampledAt: string, events = 0) => ({
  type: 'topic',
  topic: 'ops',
  data: { ops: {}, orphans: { orphans: 0, stuck: 0, missing: 0 }, process: processAt(sampledAt, events) },
});

describe('the operations page', () => {
  it('asks for every topic, and is live with the first answer', async () => {
    const { network, sent, say, arrive } = world();
    const topics = followTopics(network);
    await arrive();
    expect(sent.slice(1)).toEqual(['pool', 'ops', 'projections'].map((topic) => ({ type: 'sub', topic })));
    expect(topics.get().by).toBe('nothing');
    say(ops('2026-01-05T09:00:00.000Z'));
    say({ type: 'topic', topic: 'projections', data: [] });
    expect(topics.get()).toMatchObject({ by: 'live', report: { projections: [], orphans: { stuck: 0 } } });
    topics.close();
  });

  it('keeps what it has when the connection goes, and shows what it asks for until it is back', async () => {
    const { network, say, arrive, lose, timers } = world();
    const topics = followTopics(network);
    await arrive();
    say(ops('2026-01-05T09:00:00.000Z', 5));
    lose(1006);
    expect(topics.get()).toMatchObject({ by: 'nothing', link: { state: 'waiting', attempt: 1 } });
    expect(topics.get().report.process?.store.events).toBe(5);
    topics.polled({ process: processAt('2026-01-05T09:00:04.000Z', 9) } as OpsReport);
    expect(topics.get()).toMatchObject({ by: 'polled', report: { process: { store: { events: 9 } } } });

    timers.at(-1)?.();
    await arrive();
    say(ops('2026-01-05T09:00:06.000Z', 12));
    topics.polled({ process: processAt('2026-01-05T09:00:05.000Z', 10) } as OpsReport);
    expect(topics.get()).toMatchObject({ by: 'live', report: { process: { store: { events: 12 } } } });
    topics.close();
  });

  it('does not come back where it is not an operator’s', async () => {
    const { network, arrive, lose, timers } = world();
    const topics = followTopics(network);
    await arrive();
    const before = timers.length;
    lose(CLOSE.forbidden);
    topics.nudge();
    expect(timers).toHaveLength(before);
    expect(topics.get().link).toMatchObject({ state: 'waiting', attempt: 0 });
  });

  it('takes one sample a moment', async () => {
    const { network, say, arrive } = world();
    const topics = followTopics(network);
    await arrive();
    say(ops('2026-01-05T09:00:00.000Z', 100));
    say(ops('2026-01-05T09:00:00.000Z', 150));
    say(ops('2026-01-05T09:00:02.000Z', 160));
    expect(topics.get().samples.map(({ eventsPerSecond }) => eventsPerSecond)).toEqual([0, 30]);
    topics.close();
  });
});
