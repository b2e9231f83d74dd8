import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';
import { decideMoveHistory, type MoveHistory } from '../../domain/session/decide/history.ts';
import { decideClose, decideWake } from '../../domain/session/decide/life.ts';
import { decideRetryService } from '../../domain/session/decide/steps.ts';
import { decideCancelTurn, decideSubmitTurn } from '../../domain/session/decide/turns.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { CommandFailure, Decide, Handlers } from '../handler.ts';
import { derivedId } from '../identifiers.ts';

export type VisitorCommand = {
  readonly commandId: string;
  readonly sessionId: string;
  readonly owner: string;
};
export type Accepted = { readonly revision: number; readonly position?: string };

/** What a visitor may ask of a session that is theirs. Repeating a command id repeats the answer, not the effect. */
export const createSessionCommands = (handlers: Handlers) => {
  const run = (
    verb: string,
    { commandId, sessionId, owner }: VisitorCommand,
    decide: Decide<SessionState, SessionEvent>,
  ): TE.TaskEither<CommandFailure, Accepted> => {
    const causationId = derivedId(commandId, `${owner}|${verb}`);
    return handlers.session(sessionId, decide, {
      key: causationId,
      causationId,
      correlationId: causationId,
      actor: `visitor:${owner}`,
    });
  };

  return {
    submitTurn: (command: VisitorCommand & { readonly prompt: string }) => {
      const turnId = derivedId(derivedId(command.commandId, command.owner), 'turn');
      return pipe(
        run('submit-turn', command, (state) => decideSubmitTurn({ turnId, prompt: command.prompt }, state)),
        TE.map((accepted) => ({ ...accepted, turnId })),
      );
    },
    cancelTurn: (command: VisitorCommand & { readonly turnId: string }) =>
      run('cancel-turn', command, (state) => decideCancelTurn(command, state)),
    moveHistory: (command: VisitorCommand & Omit<MoveHistory, 'moveId'>) => {
      const moveId = derivedId(command.commandId, 'move');
      return run('move-history', command, (state) =>
        decideMoveHistory({ moveId, to: command.to, data: command.data }, state),
      );
    },
    retryService: (command: VisitorCommand & { readonly service: ServiceName }) =>
      run('retry-service', command, (state) => decideRetryService({ service: command.service }, state)),
    wake: (command: VisitorCommand) =>
      run('wake', command, (state) => decideWake({ reason: 'asked for' }, state)),
    close: (command: VisitorCommand) =>
      run('close', command, (state) => decideClose({ reason: 'deleted by its owner' }, state)),
  };
};
