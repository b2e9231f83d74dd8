import { parse } from 'dotenv';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CommandFailure } from '../../commands/handler.ts';
import { ownValuesOf } from '../../commands/own-values.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import type { createSessionCommands } from '../../commands/visitor/session-commands.ts';
import { noSession } from '../../domain/session/state.ts';
import type { CommandError, SessionCommand } from '../application/command.ts';
import type { Application } from '../application.ts';
import { storeUnavailable } from './command-error.ts';
import { maskEnv, valueIn } from './masked-env.ts';
import type { Reach } from './reach.ts';

type ByHand = Pick<
  Application,
  | 'saveFile'
  | 'changeFile'
  | 'maskedEnv'
  | 'revealVariable'
  | 'replaceVariable'
  | 'releaseService'
  | 'changeData'
>;
type Settled = <A extends { readonly position?: string }>(
  task: TE.TaskEither<CommandFailure, A>,
) => TE.TaskEither<CommandError, A>;

const MISSING: CommandError = {
  tag: 'Missing',
  code: 'unknown_variable',
  message: 'There is no such variable in the env file.',
};

/** What an owner does by hand: in the code, in the variables, with the services and the app's data. */
export const createByHand = ({
  context: { world, directory },
  reach,
  commands,
  settled,
}: {
  readonly context: Context;
  readonly reach: Reach;
  readonly commands: ReturnType<typeof createSessionCommands>;
  readonly settled: Settled;
}): ByHand => {
  const envFile = async (sessionId: string): Promise<string | undefined> => {
    const file = await (await reach(sessionId))?.readFile('/app/.env')();
    return file !== undefined && E.isRight(file) ? file.right : undefined;
  };

  /** What is ours, the owner's replacements in their place, and the file itself where it can be read. */
  const variables = (sessionId: string) => {
    const state = directory.session(sessionId) ?? noSession;
    return pipe(
      TE.Do,
      TE.bind('vault', () => world.vault.all(sessionId)),
      TE.bindW('file', () => TE.fromTask(() => envFile(sessionId))),
      TE.bimap(storeUnavailable, ({ vault, file }) => ({
        names: state.env?.names ?? [],
        given: vault,
        own: ownValuesOf(state, vault).values,
        file: file === undefined ? undefined : parse(file),
      })),
    );
  };

  const currentValue = (sessionId: string, name: string): TE.TaskEither<CommandError, string> =>
    pipe(
      variables(sessionId),
      TE.flatMap(({ names, given, own, file }) => {
        const written = names.includes(name) ? valueIn(given, name) : undefined;
        const value = valueIn(file ?? {}, name) ?? valueIn(own, name) ?? written;
        return value === undefined ? TE.left(MISSING) : TE.right(value);
      }),
    );

  return {
    saveFile: (command) => settled(commands.saveFile(command)),
    changeFile: (command) => settled(commands.changeFile(command)),
    releaseService: (command) => settled(commands.releaseService(command)),
    changeData: (command) => settled(commands.changeData(command)),
    replaceVariable: (command) => settled(commands.replaceVariable(command)),
    maskedEnv: (sessionId) => pipe(variables(sessionId), TE.map(maskEnv)),
    revealVariable: ({ name, ...command }: SessionCommand & { readonly name: string }) =>
      pipe(
        currentValue(command.sessionId, name),
        TE.flatMap((value) =>
          pipe(
            settled(commands.revealVariable({ ...command, name, isThere: true })),
            TE.map(({ revision }) => ({ name, value, revision })),
          ),
        ),
      ),
  };
};
