import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';
import { decideChangeFile, decideSaveFile } from '../../domain/session/decide/code.ts';
import { type ChangeData, decideChangeData } from '../../domain/session/decide/data.ts';
import { decideReleaseService } from '../../domain/session/decide/resources.ts';
import { decideReplaceVariable, decideRevealVariable } from '../../domain/session/decide/variables.ts';
import { isWritable } from '../env-file.ts';
import type { CommandFailure } from '../handler.ts';
import { derivedId } from '../identifiers.ts';
import { ownValueName } from '../own-values.ts';
import type { Vault } from '../ports/vault.ts';
import { keptSave } from '../saves.ts';
import type { Accepted, RunCommand, VisitorCommand } from './session-commands.ts';

type Answer<A = object> = TE.TaskEither<CommandFailure, Accepted & A>;

/** What the owner does by hand: in the code, in the variables, in the app's data. */
export const createOwnerCommands = (run: RunCommand, vault: Vault) => {
  /**
   * What a command refers to is in the vault before the command is in the log. Where it was refused, it goes again;
   * where nobody can say, it stays until the session ends.
   */
  const keeping = <A extends Accepted>(
    sessionId: string,
    values: Readonly<Record<string, string>>,
    command: TE.TaskEither<CommandFailure, A>,
  ): TE.TaskEither<CommandFailure, A> =>
    pipe(
      vault.put(sessionId, values),
      TE.mapLeft((error): CommandFailure => error),
      TE.flatMap(() => command),
      TE.orElse((error) =>
        error.tag === 'Refused'
          ? pipe(
              vault.remove(sessionId, Object.keys(values)),
              TE.mapLeft((): CommandFailure => error),
              TE.flatMap(() => TE.left(error)),
            )
          : TE.left(error),
      ),
    );

  return {
    saveFile: (
      command: VisitorCommand & {
        readonly path: string;
        readonly content: string;
        readonly base: string | null;
      },
    ): Answer<{ readonly saveId: string }> => {
      const { commandId, owner, sessionId, path, content, base } = command;
      const saveId = derivedId(derivedId(commandId, owner), 'save');
      const bytes = Buffer.byteLength(content);
      return pipe(
        keeping(
          sessionId,
          keptSave(saveId, { path, content }),
          run('save-file', command, (state) => decideSaveFile({ saveId, path, base, bytes }, state)),
        ),
        TE.map((accepted) => ({ ...accepted, saveId })),
      );
    },

    /** Without `to` it is deleted. */
    changeFile: (
      command: VisitorCommand & { readonly path: string; readonly base: string; readonly to?: string },
    ): Answer<{ readonly saveId: string }> => {
      const { commandId, owner, sessionId, path, base, to } = command;
      const saveId = derivedId(derivedId(commandId, owner), 'change-file');
      const change = { saveId, path, base, ...(to === undefined ? {} : { to }) };
      return pipe(
        keeping(
          sessionId,
          keptSave(saveId, { path, to }),
          run('change-file', command, (state) => decideChangeFile(change, state)),
        ),
        TE.map((accepted) => ({ ...accepted, saveId })),
      );
    },

    /** Without a `value`: back to what the service gave. */
    replaceVariable: (
      command: VisitorCommand & { readonly name: string; readonly value?: string },
    ): Answer => {
      const { commandId, owner, sessionId, name, value } = command;
      const replaceId = derivedId(derivedId(commandId, owner), 'replace');
      let before: string | undefined;
      const decided = run('replace-variable', command, (state) => {
        const was = Object.hasOwn(state.replaced ?? {}, name) ? state.replaced?.[name] : undefined;
        before = was?.by === 'own' && was.replaceId !== replaceId ? was.replaceId : undefined;
        const by = value === undefined ? 'service' : 'own';
        return decideReplaceVariable(
          { name, replaceId, by, isWritable: value === undefined || isWritable(name, value) },
          state,
        );
      });
      return pipe(
        value === undefined
          ? decided
          : keeping(sessionId, { [ownValueName(name, replaceId)]: value }, decided),
        TE.tap(() =>
          before === undefined ? TE.right(undefined) : vault.remove(sessionId, [ownValueName(name, before)]),
        ),
      );
    },

    revealVariable: (
      command: VisitorCommand & { readonly name: string; readonly isThere: boolean },
    ): Answer => run('reveal-variable', command, (state) => decideRevealVariable(command, state)),

    releaseService: (command: VisitorCommand & { readonly service: ServiceName }): Answer =>
      run('release-service', command, (state) => decideReleaseService({ service: command.service }, state)),

    changeData: (command: VisitorCommand & { readonly change: ChangeData }): Answer =>
      run('change-data', command, (state) => decideChangeData(command.change, state)),
  };
};
