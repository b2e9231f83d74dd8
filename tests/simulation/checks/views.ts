import { decodeData } from '../../../commands/event-codec.ts';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { runningTurn, type SessionState, stepOf } from '../../../domain/session/state.ts';
import type { FeedEvent } from '../../../projections/ports.ts';
import type { SessionView } from '../../../projections/views.ts';
import { simulatedCipher } from '../world/vault.ts';

/** An event as the read side gets it: readable, for as long as its session has a key. */
export const toFeed = (event: StoredEvent, key: Uint8Array | undefined): FeedEvent => ({
  pos: event.revision,
  id: event.id,
  type: event.type,
  data: decodeData(simulatedCipher, key, event),
  at: event.metadata.at,
  actor: event.metadata.actor,
  causationId: event.metadata.causationId,
  stream: event.stream,
  position: event.position,
});

const PHASES: Readonly<Record<SessionState['status'], readonly string[]>> = {
  absent: [],
  open: ['booting', 'ready'],
  closing: ['closing'],
  closed: ['closed'],
  forgotten: ['closed'],
};

/** Where the page and the write side, two folds of one history, say different things. */
export const disagreement = (view: SessionView, state: SessionState): string | undefined => {
  const differs = (what: string, shown: unknown, is: unknown): string | undefined =>
    shown === is ? undefined : `${what}: the page says ${String(shown)}, the log ${String(is)}`;
  if (!PHASES[state.status].includes(view.phase))
    return `phase: the page says ${view.phase}, the log ${state.status}`;
  return (
    differs('commit', view.history.at, state.history?.at ?? '') ??
    differs('move', view.history.moving?.to, state.history?.move?.to) ??
    differs('ready', view.readyAt, state.readyAt) ??
    (state.status === 'open' ? differenceWhileOpen(view, state, differs) : undefined)
  );
};

const differenceWhileOpen = (
  view: SessionView,
  state: SessionState,
  differs: (what: string, shown: unknown, is: unknown) => string | undefined,
): string | undefined => {
  const turns = state.turns.filter(({ status }) => status === 'queued').length;
  const found =
    differs('running turn', view.runningTurn, runningTurn(state)?.turnId) ??
    differs('queued turns', view.queuedTurns, turns);
  if (found !== undefined) return found;
  for (const { step, status } of view.checklist) {
    const actual = stepOf(state, step).status;
    // The page keeps showing what was given up on until its next attempt begins.
    if (status !== actual && !(status === 'parked' && actual === 'waiting'))
      return differs(step, status, actual);
  }
  return undefined;
};
