import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Directory } from '../../commands/directory.ts';
import { randomId } from '../../commands/identifiers.ts';
import type { Clock } from '../../commands/ports/clock.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import type { Runner } from '../../commands/process-managers/runner.ts';
import type { HeldView, SweepRunning } from '../../projections/operator-views.ts';
import type { LedgerState } from '../../projections/resource-ledger/index.ts';
import type { CommandError } from '../application/command.ts';
import type { SweepView } from '../application/operators.ts';
import type { Application } from '../application.ts';
import type { Views } from './views.ts';

/** A sweep may take minutes; the page gives up on an answer after half of one, and proxies after a whole one. */
const ANSWERED_WITHIN_MS = 20_000;

/** What the janitor knows, and its sweep on an operator's word. */
export const createOrphans = ({
  directory,
  views,
  janitor,
  clock,
  log,
}: {
  readonly directory: Pick<Directory, 'janitor'>;
  readonly views: Pick<Views, 'ledger'>;
  readonly janitor: Pick<Runner, 'sweep' | 'sweptAt'>;
} & Pick<Context, 'clock' | 'log'>): Pick<Application, 'orphans' | 'releaseOrphans'> => {
  let running: { readonly since: string; readonly ended: Promise<SweepView> } | undefined;

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

  /** One that an operator has asked for and that still runs is another's as well. */
  const asked = (commandId: string): NonNullable<typeof running> => {
    if (running !== undefined) return running;
    // Each look finds something else: repeating the command is another one, whose events need ids of their own.
    const cause = {
      key: randomId(),
      causationId: commandId,
      correlationId: commandId,
      actor: 'operator',
    } as const;
    const ended = janitor.sweep(cause).finally(() => {
      running = undefined;
    });
    // Nobody may be waiting for it any more.
    ended.catch((error: unknown) => log.error({ error: String(error) }, 'a sweep failed'));
    running = { since: clock.now(), ended };
    return running;
  };

  return {
    orphans: async () => {
      // Both of the same moment: whoever waits for the end of a sweep compares them.
      const [sweptAt, isSweeping] = [janitor.sweptAt(), running !== undefined];
      const [stuck, missing] = await Promise.all([held('stuck'), held('missing')]);
      return {
        ...(sweptAt === undefined ? {} : { sweptAt }),
        ...(isSweeping ? { sweeping: true } : {}),
        orphans: Object.values(directory.janitor().orphans),
        stuck,
        missing,
      };
    },
    releaseOrphans: ({ commandId }) =>
      TE.tryCatch(
        async (): Promise<SweepView | SweepRunning> => {
          const { since, ended } = asked(commandId);
          return (await within(clock, ANSWERED_WITHIN_MS, ended)) ?? { state: 'running', since };
        },
        (): CommandError => ({
          tag: 'Unavailable',
          code: 'sweep_failed',
          message: 'The providers could not be compared with the log. Try again.',
        }),
      ),
  };
};

/** What comes of it, or nothing where that takes longer. */
const within = async <A>(
  clock: Pick<Clock, 'after'>,
  ms: number,
  work: Promise<A>,
): Promise<A | undefined> => {
  let cancel = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  return Promise.race([work, late]).finally(cancel);
};
