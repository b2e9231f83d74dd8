import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { MoveKind, SessionEvent } from '../events.ts';
import { childOf, isKnown, parentOf } from '../history.ts';
import type { Refusal } from '../refusals.ts';
import { nextTurn, runningTurn, type SessionState } from '../state.ts';

export type MoveHistory = {
  readonly moveId: string;
  readonly to: 'undo' | 'redo' | { readonly sha: string };
  readonly data: 'keep' | 'restore';
};

/** Asks for the working tree to be at another commit. Nothing is deleted by it, and no turn runs meanwhile. */
export const decideMoveHistory = (
  command: MoveHistory,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { history } = state;
  if (history === undefined || state.readyAt === undefined) return left({ tag: 'NotReady' });
  if (command.data === 'restore') return left({ tag: 'DataRestoreUnavailable' });
  if (history.move?.moveId === command.moveId) return right([]);
  if (history.move !== undefined) return left({ tag: 'MoveRunning' });
  if (runningTurn(state) !== undefined || nextTurn(state) !== undefined) return left({ tag: 'TurnRunning' });

  const kind: MoveKind = typeof command.to === 'string' ? command.to : 'jump';
  const to =
    command.to === 'undo'
      ? parentOf(history, history.at)
      : command.to === 'redo'
        ? childOf(history, history.at)
        : command.to.sha;
  if (to === undefined) return left({ tag: kind === 'undo' ? 'NothingToUndo' : 'NothingToRedo' });
  if (!isKnown(history, to)) return left({ tag: 'CommitUnknown' });
  if (to === history.at) return right([]);
  return right([
    { type: 'HistoryMoveRequested', data: { moveId: command.moveId, from: history.at, to, kind } },
  ]);
};
