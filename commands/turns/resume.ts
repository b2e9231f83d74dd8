import * as E from 'fp-ts/lib/Either.js';
import type { TurnFact } from '../../domain/session/decide/turns.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { correctionPromptId } from '../../domain/session/turns.ts';
import { bridgeToken, sandboxOf } from '../effects/context.ts';
import type { Context } from '../process-managers/context.ts';
import { listen } from './listen.ts';

/** What is kept of an answer is there at once; one that is still growing is not waited for. */
const LOOK_MS = 2_000;

/**
 * Whether the agent's answer to a prompt that another server gave it is still to be had in the sandbox, from its first
 * word on: it goes on, or it has come to its end by itself. One that was cut off, because nobody listened any more, is not.
 */
export const isAnswerKept = async (
  { world, clock }: Context,
  state: SessionState,
  promptId: string,
): Promise<boolean> => {
  const sandbox = await sandboxOf(world, state)();
  if (E.isLeft(sandbox)) return false;
  const enough = new AbortController();
  const cancel = clock.after(LOOK_MS, () => enough.abort());
  const joined = { agentSessionId: state.sandbox.agentSessionId ?? '', promptId };
  const updates = world.agent.prompt(
    sandbox.right,
    bridgeToken(world, state.sessionId),
    joined,
    enough.signal,
  );
  try {
    for await (const update of listen(updates, enough.signal, clock)) {
      if (update.type === 'error') return enough.signal.aborted && update.code === 'aborted';
      if (update.type === 'result') return update.stopReason !== 'cancelled';
    }
    return false;
  } finally {
    cancel();
    enough.abort();
  }
};

type Heard = Extract<SessionEvent, { type: 'AgentSaid' | 'ToolCalled' | 'ToolReturned' | 'UsageRecorded' }>;

const isHeard = (event: SessionEvent): event is Heard =>
  event.type === 'AgentSaid' ||
  event.type === 'ToolCalled' ||
  event.type === 'ToolReturned' ||
  (event.type === 'UsageRecorded' && event.data.source === 'agent');

/**
 * What is in the log already of the answer to a prompt, in order. The same updates give the same facts, however they are
 * cut into batches: whoever hears them again leaves out as many.
 */
export const recordedOf = (
  events: readonly SessionEvent[],
  { turnId, promptId }: { readonly turnId: string; readonly promptId: string },
): readonly TurnFact[] => {
  const begins = events.findIndex(
    (event) =>
      (event.type === 'TurnStarted' && event.data.attemptId === promptId) ||
      (event.type === 'CorrectionRequested' &&
        correctionPromptId(event.data.attemptId, event.data.correction) === promptId),
  );
  return events
    .slice(begins + 1)
    .filter(isHeard)
    .filter((event) => event.data.turnId === turnId);
};

/** Leaves out what was recorded before, fact by fact. */
export const leavingOut = (recorded: readonly TurnFact[]) => {
  let left = recorded.length;
  return (facts: readonly TurnFact[]): readonly TurnFact[] => {
    const known = Math.min(left, facts.length);
    left -= known;
    return facts.slice(known);
  };
};
