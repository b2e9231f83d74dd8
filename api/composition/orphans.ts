import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Directory } from '../../commands/directory.ts';
import { randomId } from '../../commands/identifiers.ts';
import type { Runner } from '../../commands/process-managers/runner.ts';
import type { HeldView } from '../../projections/operator-views.ts';
import type { LedgerState } from '../../projections/resource-ledger/index.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';
import type { Views } from './views.ts';

/** What the janitor knows, and its sweep on an operator's word. */
export const createOrphans = ({
  directory,
  views,
  janitor,
}: {
  readonly directory: Directory;
  readonly views: Pick<Views, 'ledger'>;
  readonly janitor: Pick<Runner, 'sweep' | 'sweptAt'>;
}): Pick<Application, 'orphans' | 'releaseOrphans'> => {
  const held = async (state: LedgerState): Promise<readonly HeldView[]> =>
    (await views.ledger.find('state', state)).flatMap(({ sessionId, entries }) =>
      Object.values(entries)
        .filter((entry) => entry.state === state)
        .map(({ service, name, since, error }) => ({
          sessionId,
          service,
          name,
          since,
          ...(error === undefined ? {} : { error }),
        })),
    );

  return {
    orphans: async () => {
      const sweptAt = janitor.sweptAt();
      const [stuck, missing] = await Promise.all([held('stuck'), held('missing')]);
      return {
        ...(sweptAt === undefined ? {} : { sweptAt }),
        orphans: Object.values(directory.janitor().orphans),
        stuck,
        missing,
      };
    },
    // Each look finds something else: repeating the command is another one, whose events need ids of their own.
    releaseOrphans: ({ commandId }) =>
      TE.tryCatch(
        () =>
          janitor.sweep({
            key: randomId(),
            causationId: commandId,
            correlationId: commandId,
            actor: 'operator',
          }),
        (): CommandError => ({
          tag: 'Unavailable',
          code: 'sweep_failed',
          message: 'The providers could not be compared with the log. Try again.',
        }),
      ),
  };
};
