import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ProjectorRefusal } from '../../projections/refusals.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';
import type { Views } from './views.ts';

type Managed = Views['all'][number];

const refused = (error: ProjectorRefusal): CommandError => ({ tag: 'Refused', ...error });

/** How the read side stands, and an operator's word on it. */
export const createProjections = (
  views: Pick<Views, 'all'>,
): Pick<Application, 'projections' | 'rebuildProjection' | 'rollBackProjection'> => {
  const named = (name: string): E.Either<CommandError, Managed> =>
    E.fromNullable<CommandError>({
      tag: 'Refused',
      code: 'unknown_projection',
      message: `There is no projection called ${name}. Known: ${views.all.map((each) => each.name).join(', ')}.`,
    })(views.all.find((each) => each.name === name));

  return {
    projections: () => Promise.all(views.all.map((each) => each.status())),
    rebuildProjection: (name) =>
      pipe(
        TE.fromEither(named(name)),
        TE.flatMapTask((projector) => projector.rebuild),
      ),
    rollBackProjection: (name) =>
      pipe(
        TE.fromEither(named(name)),
        TE.flatMap((projector) => pipe(projector.rollback, TE.mapLeft(refused))),
      ),
  };
};
