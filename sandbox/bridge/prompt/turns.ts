import type { Session } from '../agent/sessions.ts';
import { Problem } from '../http/problem.ts';
import type { Message } from './message.ts';
import { startTurn, type Turn, type TurnContext } from './turn.ts';

/** Ended prompts kept for clients that have not read their end yet. */
const MAX_ENDED = 8;

export type { Turn };

export type Turns = {
  /** Starts the prompt, or answers the one that was started under that id before. */
  readonly start: (promptId: string, session: Session, message: Message) => Turn;
  /** 404 `prompt_not_found` for an id that was never started or is no longer kept. */
  readonly find: (promptId: string) => Turn;
};

export const createTurns = (context: TurnContext, assertAgent: () => void): Turns => {
  const turns = new Map<string, Turn>();

  const forgetOldest = (): void => {
    const ended = [...turns.values()].filter((turn) => turn.hasEnded());
    for (const turn of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) turns.delete(turn.promptId);
  };

  return {
    start: (promptId, session, message) => {
      const known = turns.get(promptId);
      if (known !== undefined && known.sessionId !== session.id) {
        throw new Problem(409, 'prompt_id_taken', 'That promptId belongs to another session.');
      }
      if (known !== undefined) return known;
      if (session.turn !== undefined && !session.turn.hasEnded()) {
        throw new Problem(409, 'turn_in_progress', 'Another prompt is running in this session.');
      }
      assertAgent();
      const turn = startTurn(promptId, session, message, context);
      session.turn = turn;
      turns.set(promptId, turn);
      forgetOldest();
      return turn;
    },
    find: (promptId) => {
      const turn = turns.get(promptId);
      if (turn === undefined)
        throw new Problem(404, 'prompt_not_found', 'No such prompt here, or it was too long ago.');
      return turn;
    },
  };
};
