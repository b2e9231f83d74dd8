import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ProjectorRefusal } from '../../projections/refusals.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';
import { unitOf } from './positions.ts';
import type { Views } from './views.ts';

type Managed = Views['all'][number];

const refused = (error: ProjectorRefusal): CommandError => ({ tag: 'Refused', ...error });

/** As the operator is told: in KurrentDB what is counted of the log is bytes. */
const told = (projector: Pick<Managed, 'applied'>, status: ProjectionStatus): ProjectionStatus => {
  const position = projector.applied();
  return position !== undefined && unitOf(position) === 'bytes' ? { ...status, unit: 'bytes' } : status;
};

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
    projections: () => Promise.all(views.all.map(async (each) => told(each, await each.status()))),
    rebuildProjection: (name) =>
      pipe(
        TE.fromEither(named(name)),
        TE.flatMapTask((projector) => async () => told(projector, await projector.rebuild())),
      ),
    rollBackProjection: (name) =>
      pipe(
        TE.fromEither(named(name)),
        TE.flatMap((projector) =>
          pipe(
            projector.rollback,
            TE.bimap(refused, (status) => told(projector, status)),
          ),
        ),
      ),
  };
};
