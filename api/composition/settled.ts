import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CommandFailure } from '../../commands/handler.ts';
import type { CommandError } from '../application/command.ts';
import { toCommandError } from './command-error.ts';
import type { Views } from './views.ts';

/** Answers when the command's own events can be read back. */
export const settledIn =
  (views: Pick<Views, 'waitFor'>) =>
  <A extends { readonly position?: string }>(
    task: TE.TaskEither<CommandFailure, A>,
  ): TE.TaskEither<CommandError, A> =>
    pipe(
      task,
      TE.mapLeft(toCommandError),
      TE.chainFirstTaskK(
        ({ position }) =>
          () =>
            views.waitFor(position),
      ),
    );
export type Settled = ReturnType<typeof settledIn>;
