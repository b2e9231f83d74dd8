import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evolve } from '../../domain/session/evolve.ts';
import { eventsOfType } from '../../domain/testing/arbitrary-events.ts';
import { given } from '../../domain/testing/given.ts';
import { later, ready, submitted, turnStarted } from '../../domain/testing/histories.ts';
import { holds } from '../../domain/testing/property.ts';
import { createDirectory } from '../directory.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { Snapshot, Snapshots } from '../ports/snapshots.ts';
import { coldSession, isAtRest, visitorOf } from '../testing/visits.ts';
import type { TestWorld } from '../testing/world.ts';
import { followLog, PASSING } from './follow-log.ts';

/** A directory that has folded all there is by now; `endsEmpty`: it hears that it has in a batch without an event. */
const startedOver = async ({ store, time }: TestWorld, snapshots?: Snapshots, endsEmpty = false) => {
  const directory = createDirectory();
  const stop = new AbortController();
  let events = 0;
  /** As the stores on disk do it. */
  const filtering: Pick<EventStore, 'subscribeAll' | 'readStream'> = {
    readStream: store.readStream,
    subscribeAll: async function* (options) {
      for await (const batch of store.subscribeAll(options)) {
        const events = batch.events.filter(({ type }) => options.without?.has(type) !== true);
        if (!endsEmpty) yield { ...batch, events };
        else {
          yield { ...batch, events, caughtUp: false };
          if (batch.caughtUp) yield { ...batch, events: [] };
        }
      }
    },
  };
  const caughtUp = (async () => {
    for await (const batch of followLog(filtering, directory, stop.signal, { snapshots, keepEvery: 10 })) {
      events += batch.events.length;
      if (batch.caughtUp) return;
    }
  })();
  await time.during(caughtUp);
  stop.abort();
  return { directory, events };
};

const kept = () => {
  let last: Snapshot | undefined;
  const snapshots: Snapshots = {
    load: async () => last,
    save: async (snapshot) => {
      last = structuredClone(snapshot);
    },
  };
  return { snapshots, last: () => last, keep: (snapshot: Snapshot) => snapshots.save(snapshot) };
};

const worked = async () => {
  const visit = await coldSession(undefined, 'A habit tracker');
  const { world, server, sessionId } = visit;
  world.agent.will({ thinks: 'Hm.' }, { edits: 'src/app.tsx' }, { says: 'There it is.' });
  await world.time.until(() => isAtRest(server.session(sessionId)));
  return visit;
};

describe('who starts over a log', () => {
  test('knows every session as whoever was there all along, and has read less', async () => {
    const { world, server, sessionId } = await worked();
    const { directory, events } = await startedOver(world);
    expect(directory.session(sessionId)).toEqual(server.session(sessionId));
    expect(events).toBeLessThan(directory.headOf(`session-${sessionId}`));
  });

  holds(
    'misses nothing of what passes but when a turn was heard of last',
    [fc.constantFrom(...PASSING).chain(eventsOfType)],
    (event) => {
      const { state } = given(ready(), submitted(), turnStarted('turn-1', { leaseMs: 45_000 }));
      const next = evolve(state, event, later(1_000));
      const unheard = (turns: typeof state.turns) => turns.map(({ lease: _lease, ...turn }) => turn);
      expect({ ...next, turns: unheard(next.turns) }).toEqual({ ...state, turns: unheard(state.turns) });
    },
  );
});

describe('who starts from a snapshot', () => {
  test('finds one although the log was caught up with by a batch without an event', async () => {
    const { world, server, sessionId } = await worked();
    const { snapshots } = kept();
    await startedOver(world, snapshots, true);
    const { directory, events } = await startedOver(world, snapshots);
    expect(events).toBe(0);
    expect(directory.session(sessionId)).toEqual(server.session(sessionId));
  });

  test('knows the same, and has read what came after it', async () => {
    const { world, server, sessionId } = await worked();
    const { snapshots, last } = kept();
    const first = await startedOver(world, snapshots);
    expect(last()?.last.stream).toBe(`session-${sessionId}`);

    await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'And a chart' })());
    await world.time.until(() => server.session(sessionId)?.turns[1]?.status === 'finished');
    const second = await startedOver(world, snapshots);
    expect(second.directory.state()).toEqual((await startedOver(world)).directory.state());
    expect(second.directory.session(sessionId)).toEqual(server.session(sessionId));
    expect(second.directory.sessionBySlug(sessionId.slice(0, 12))?.sessionId).toBe(sessionId);
    expect(second.events).toBeLessThan(first.events);
  });

  test('of another log believes nothing of it', async () => {
    const [one, other] = [await worked(), await worked()];
    const { snapshots, last, keep } = kept();
    await startedOver(one.world, snapshots);
    const snapshot = last() as Snapshot;
    await keep({ ...snapshot, last: { ...snapshot.last, id: 'of another log' } });
    const { directory } = await startedOver(other.world, snapshots);
    expect(directory.state()).toEqual((await startedOver(other.world)).directory.state());
  });
});
