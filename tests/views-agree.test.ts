import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { OUTAGE } from '../commands/testing/providers.ts';
import { coldSession, isReady, visitorOf } from '../commands/testing/visits.ts';
import { createTestWorld, historyOf, startTestServer } from '../commands/testing/world.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import { evolve } from '../domain/session/evolve.ts';
import { noSession, runningTurn, type SessionState, stepOf } from '../domain/session/state.ts';
import { holds } from '../domain/testing/property.ts';
import { evolveSessionView } from '../projections/session-view/evolve.ts';
import { erased } from '../projections/testing/feed.ts';
import { evolveTranscript } from '../projections/transcript-view/evolve.ts';
import type { TranscriptView } from '../projections/transcript-views.ts';
import type { SessionView } from '../projections/views.ts';

/** A visit with everything in it, cut by crashes at these moments: mail down, turns, a stop, undo, sleep, the end. */
const eventfulVisit = async (seed: number, crashes: readonly number[]) => {
  const world = createTestWorld({ seed });
  world.providers.resend.down(OUTAGE);
  world.agent.will({ says: 'I begin.' }, { edits: 'src/app.tsx' }, { says: 'Done.' });
  const { server: first, sessionId } = await coldSession(world, 'A habit tracker');
  let server = first;
  const turns = () => server.session(sessionId)?.turns ?? [];
  const idle = () => turns().every(({ status }) => ['finished', 'failed', 'cancelled'].includes(status));
  for (const ms of crashes) {
    await world.time.pass(ms);
    server.crash();
    server = startTestServer(world);
  }
  await world.time.until(() => isReady(server.session(sessionId)) && idle());
  world.providers.resend.down(undefined);
  const doing = async (command: () => Promise<unknown>) => {
    await world.time.during(command());
    await world.time.pass(5_000);
  };
  const { commands } = server;
  await doing(commands.submitTurn({ ...visitorOf(sessionId), prompt: 'And a chart' }));
  await doing(commands.moveHistory({ ...visitorOf(sessionId), to: 'undo', data: 'keep' }));
  world.agent.will({ edits: 'src/other.tsx' }, 'waits');
  await doing(commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Something else' }));
  const turnId = turns().at(-1)?.turnId ?? '';
  await doing(commands.cancelTurn({ ...visitorOf(sessionId), turnId }));
  await doing(commands.close(visitorOf(sessionId)));
  await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
  return historyOf(world, sessionId);
};

const PHASES = {
  open: ['booting', 'ready'],
  closing: ['closing'],
  closed: ['closed'],
  forgotten: ['closed'],
};

/** What the page says and what the write side decides on are two folds of one history. */
const agree = (view: SessionView, state: SessionState): void => {
  if (state.status !== 'absent') expect(PHASES[state.status]).toContain(view.phase);
  expect(view.history.at).toBe(state.history?.at ?? '');
  expect(view.history.childOf).toEqual(state.history?.childOf ?? {});
  expect(view.history.moving?.to).toBe(state.history?.move?.to);
  expect(view.readyAt).toBe(state.readyAt);
  if (state.status !== 'open') return;
  expect(view.runningTurn).toBe(runningTurn(state)?.turnId);
  expect(view.queuedTurns).toBe(state.turns.filter(({ status }) => status === 'queued').length);
  for (const { step, status } of view.checklist) {
    // The page keeps showing what was given up on until its next attempt begins.
    const stays = status === 'parked' && stepOf(state, step).status === 'waiting';
    if (!stays) expect([step, status]).toEqual([step, stepOf(state, step).status]);
  }
};

describe('the page and the write side', () => {
  holds(
    'agree after every single event of an eventful visit, and on what is left when it is forgotten',
    [fc.nat(1_000_000), fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 3 })],
    async (seed, crashes) => {
      const events = await eventfulVisit(seed, crashes);
      let [state, view, transcript] = [
        noSession,
        undefined as SessionView | undefined,
        undefined as TranscriptView | undefined,
      ];
      for (const stored of events) {
        const event = erased({ ...stored, pos: stored.revision, ...stored.metadata, id: stored.id });
        state = evolve(state, event as unknown as SessionEvent, stored.metadata.at);
        view = evolveSessionView(view, event);
        transcript = evolveTranscript(transcript, event);
        if (view !== undefined) agree(view, state);
        expect(transcript?.turns.map(({ turnId, status }) => [turnId, status])).toEqual(
          state.turns.map(({ turnId, status }) => [turnId, status]),
        );
      }
      expect(state.status).toBe('forgotten');
    },
    { runs: 25 },
  );
});
