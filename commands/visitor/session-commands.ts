import { left, right } from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';
import { decideRetryFork } from '../../domain/session/decide/fork.ts';
import { decideMoveHistory, type MoveHistory } from '../../domain/session/decide/history.ts';
import { decideClose, decideWake } from '../../domain/session/decide/life.ts';
import { decideRequestModel } from '../../domain/session/decide/model.ts';
import { decideUpgrade } from '../../domain/session/decide/quick.ts';
import { decideRetryService } from '../../domain/session/decide/steps.ts';
import { decideCancelTurn, decideSubmitTurn } from '../../domain/session/decide/turns.ts';
import type { Attachment, SessionEvent } from '../../domain/session/events.ts';
import { MAX_PICTURES } from '../../domain/session/pictures.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { CommandFailure, Decide, Handlers } from '../handler.ts';
import { derivedId } from '../identifiers.ts';
import type { Cause } from '../journal.ts';
import { attachmentsOf, keepPicture } from '../pictures.ts';
import type { Vault } from '../ports/vault.ts';
import { createOwnerCommands } from './owner-commands.ts';

export type VisitorCommand = {
  readonly commandId: string;
  readonly sessionId: string;
  readonly owner: string;
};
export type Accepted = { readonly revision: number; readonly position?: string };

export type RunCommand = (
  verb: string,
  command: VisitorCommand,
  decide: Decide<SessionState, SessionEvent>,
) => TE.TaskEither<CommandFailure, Accepted>;

/** Two visitors may choose the same command id, and one may use it for two things; each is a cause of its own. */
export const causeOf = ({ commandId, owner }: VisitorCommand, verb: string): Cause => {
  const causationId = derivedId(commandId, `${owner}|${verb}`);
  return { key: causationId, causationId, correlationId: causationId, actor: `visitor:${owner}` };
};

/** What a visitor may ask of a session that is theirs. Repeating a command id repeats the answer, not the effect. */
export const createSessionCommands = (handlers: Handlers, vault: Vault) => {
  const run: RunCommand = (verb, command, decide) =>
    handlers.session(command.sessionId, decide, causeOf(command, verb));

  return {
    ...createOwnerCommands(run, vault),
    submitTurn: (
      command: VisitorCommand & {
        readonly prompt: string;
        readonly fixes?: string;
        /** Ids of pictures that were kept before. */
        readonly pictures?: readonly string[];
      },
    ) => {
      const { sessionId, prompt, fixes, pictures = [] } = command;
      const turnId = derivedId(derivedId(command.commandId, command.owner), 'turn');
      const turn = { turnId, prompt, ...(fixes === undefined ? {} : { fixes }) };
      return pipe(
        // Nothing that a rule of its own refuses is worth reading so much for.
        pictures.length > MAX_PICTURES
          ? TE.left<CommandFailure>({
              tag: 'Refused',
              refusal: { tag: 'TooManyPictures', max: MAX_PICTURES },
            })
          : attachmentsOf(vault, sessionId, pictures),
        TE.flatMap((attachments) =>
          run('submit-turn', command, (state) => decideSubmitTurn({ ...turn, attachments }, state)),
        ),
        TE.map((accepted) => ({ ...accepted, turnId })),
      );
    },
    /** Of a quick page: a full app, built from all that was asked for so far. */
    upgrade: (command: VisitorCommand) => {
      const turnId = derivedId(derivedId(command.commandId, command.owner), 'upgrade');
      return run('upgrade', command, (state) => decideUpgrade({ turnId }, state));
    },
    keepPicture: (
      command: VisitorCommand & { readonly bytes: Uint8Array },
    ): TE.TaskEither<CommandFailure, Accepted & { readonly attachment: Attachment }> =>
      pipe(
        run('keep-picture', command, (state) =>
          state.status === 'open' ? right([]) : left({ tag: 'SessionNotOpen' }),
        ),
        TE.flatMap((accepted) =>
          pipe(
            keepPicture(vault, command.sessionId, command.bytes),
            TE.map((attachment) => ({ ...accepted, attachment })),
          ),
        ),
      ),
    cancelTurn: (command: VisitorCommand & { readonly turnId: string }) =>
      run('cancel-turn', command, (state) => decideCancelTurn(command, state)),
    moveHistory: (command: VisitorCommand & Omit<MoveHistory, 'moveId'>) => {
      const moveId = derivedId(command.commandId, 'move');
      return run('move-history', command, (state) => decideMoveHistory({ ...command, moveId }, state));
    },
    retryService: (command: VisitorCommand & { readonly service: ServiceName }) =>
      run('retry-service', command, (state) => decideRetryService({ service: command.service }, state)),
    retryFork: (command: VisitorCommand) => run('retry-fork', command, decideRetryFork),
    chooseModel: (command: VisitorCommand & { readonly model: string }) =>
      run('choose-model', command, (state) => decideRequestModel({ model: command.model }, state)),
    wake: (command: VisitorCommand) =>
      run('wake', command, (state) => decideWake({ reason: 'asked for' }, state)),
    close: (command: VisitorCommand) =>
      run('close', command, (state) => decideClose({ reason: 'deleted by its owner' }, state)),
  };
};
