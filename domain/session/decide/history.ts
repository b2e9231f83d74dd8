import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { checkpointOf } from '../checkpoints.ts';
import type { MoveKind, SessionEvent } from '../events.ts';
import { childOf, isKnown, parentOf } from '../history.ts';
import { isForking } from '../process-managers/forks.ts';
import type { Refusal } from '../refusals.ts';
import { type CodeHistory, isUsable, nextTurn, runningTurn, type SessionState } from '../state.ts';

export type MoveHistory = {
  readonly moveId: string;
  readonly to: 'undo' | 'redo' | { readonly sha: string };
  readonly data: 'keep' | 'restore';
  /** Which of what is kept of that commit's data; the newest when left out. */
  readonly checkpointId?: string;
};

/**
 * Asks for the working tree to be at another commit, and for the data to be as it was there, if that is wanted. Nothing
 * is deleted by it, and no turn runs meanwhile.
 */
export const decideMoveHistory = (
  command: MoveHistory,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { history } = state;
  if (history === undefined || !isUsable(state)) return left({ tag: 'NotReady' });
  if (history.move?.moveId === command.moveId) return right([]);
  if (history.move !== undefined) return left({ tag: 'MoveRunning' });
  if (isForking(state)) return left({ tag: 'ForkRunning' });
  if (state.save !== undefined) return left({ tag: 'SaveRunning' });
  if (runningTurn(state) !== undefined || nextTurn(state) !== undefined) return left({ tag: 'TurnRunning' });

  const kind: MoveKind = typeof command.to === 'string' ? command.to : 'jump';
  const to = targetOf(command, history);
  if (to === undefined) return left({ tag: kind === 'undo' ? 'NothingToUndo' : 'NothingToRedo' });
  if (!isKnown(history, to)) return left({ tag: 'CommitUnknown' });
  const asked = { moveId: command.moveId, from: history.at, to, kind };
  if (command.data === 'keep')
    return right(to === history.at ? [] : [{ type: 'HistoryMoveRequested', data: asked }]);
  // Also to where the code is: its data may have become another since.
  const checkpoint = checkpointOf(state.checkpoints, to, command.checkpointId);
  if (checkpoint === undefined) return left({ tag: 'DataNotKept' });
  return right([{ type: 'HistoryMoveRequested', data: { ...asked, restore: checkpoint.checkpointId } }]);
};

const targetOf = ({ to }: MoveHistory, history: CodeHistory): string | undefined => {
  if (to === 'undo') return parentOf(history, history.at);
  return to === 'redo' ? childOf(history, history.at) : to.sha;
};
