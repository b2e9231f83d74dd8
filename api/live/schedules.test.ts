import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEED } from '../../domain/testing/reach.ts';
import {
  createFakeApplication,
  type FakeApplication,
  type FakeSession,
} from '../testing/fake-application.ts';
import { type Client, connect, createReader, holderOf } from './testing.ts';

/**
 * What can happen between the log, the server and two tabs, in any order: an event is appended; an appended event is
 * announced (later: the log can be read before anybody is told); a read of the log ends; a tab connects, reads one
 * frame or a few, loses its connection with whatever was on the wire; a heartbeat.
 */
const TABS = [0, 1] as const;
const tab = fc.constantFrom(...TABS);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('append' as const), size: fc.constantFrom(10, 2_000, 60_000) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('announce' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const) }) },
  // Rarer than what happens meanwhile: a join spans events that come, go missing and overlap.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read the log' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('read' as const), tab, frames: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('connect' as const), tab }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('disconnect' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('beat' as const), tab }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const world = () => {
  const reads: (() => void)[] = [];
  let held = true;
  const app: FakeApplication = createFakeApplication({
    beforeRead: () => (held ? new Promise((resolve) => reads.push(resolve)) : Promise.resolve()),
  });
  const session: FakeSession = app.addSession('ada');
  const tabs = TABS.map(() => ({ reader: createReader(), client: undefined as Client | undefined }));

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const leave = (index: number): void => {
    const mine = tabs[index];
    mine?.client?.connection.end();
    if (mine) mine.client = undefined;
  };
  const join = async (index: number): Promise<void> => {
    const mine = tabs[index];
    if (!mine || mine.client) return;
    const client = connect(app, holderOf(session));
    mine.client = client;
    client.hello();
    client.send({ type: 'sub', session: session.sessionId, ...mine.reader.cursor() });
    await settle();
  };
  const look = async (index: number, frames: number): Promise<void> => {
    const mine = tabs[index];
    for (let i = 0; i < frames; i += 1) {
      const frame = mine?.client?.read();
      if (frame) mine?.reader.see(frame);
    }
    await settle();
    // The server has sent it away; what is still on the wire is lost.
    if (mine?.client && mine.client.closed.length > 0) leave(index);
  };

  const run = async (next: Step): Promise<void> => {
    if (next.do === 'append') session.log.append('AgentSaid', { output: 'x'.repeat(next.size) });
    if (next.do === 'announce') session.log.announce();
    // An instance that was told of an event, but not of the one before.
    if (next.do === 'skip') session.log.announceOnly(session.log.events.at(-1) ?? session.log.append());
    if (next.do === 'read the log') reads.shift()?.();
    if (next.do === 'read') await look(next.tab, next.frames);
    if (next.do === 'connect') await join(next.tab);
    if (next.do === 'disconnect') leave(next.tab);
    if (next.do === 'beat') tabs[next.tab]?.client?.connection.beat();
    await settle();
  };

  /** Faults are over: everything is announced, the log answers, and both tabs are there and read. */
  const heal = async (): Promise<void> => {
    held = false;
    for (const release of reads.splice(0)) release();
    while (session.log.announce());
    for (let round = 0; round < 50; round += 1) {
      for (const index of TABS) {
        await join(index);
        for (let quiet = 0; quiet < 5; quiet += 1) await look(index, 1_000);
        tabs[index]?.client?.connection.beat();
      }
      if (tabs.every(({ reader }) => reader.position() === session.log.events.length - 1)) break;
    }
    for (const index of TABS) await look(index, 1_000);
  };

  return { app, session, tabs, run, heal, leave };
};

describe('in any schedule', () => {
  test('every tab has every event, once and in order', async () => {
    console.log(`live schedules: MK0R_SEED=${SEED}`);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 200, size: 'max' }), async (steps) => {
        const { session, tabs, run, heal, leave } = world();
        session.log.append('SessionPlanned');
        session.log.announce();
        for (const next of steps) await run(next);
        await heal();
        const everything = session.log.events.map(({ pos }) => pos);
        for (const [index, { reader, client }] of tabs.entries()) {
          expect(reader.faults).toEqual([]);
          expect(reader.applied).toEqual(everything);
          expect(client?.errors).toEqual([]);
          leave(index);
        }
      }),
      { seed: SEED, numRuns: 300, endOnFailure: false },
    );
  });
});
