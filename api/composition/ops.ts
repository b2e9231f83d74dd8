import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Directory } from '../../commands/directory.ts';
import type { Handlers } from '../../commands/handler.ts';
import { derivedId } from '../../commands/identifiers.ts';
import type { Runner } from '../../commands/process-managers/runner.ts';
import { decideRetryStep } from '../../domain/session/decide/retry.ts';
import type { OpsLive, OpsView, OrphanCounts } from '../../projections/operator-views.ts';
import { renderOps } from '../../projections/ops-view/render.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';
import { toCommandError } from './command-error.ts';
import type { ProcessWatch } from './process-facts.ts';
import type { Views } from './views.ts';

/** How the installation does, and an operator's word on what was given up on. */
export const createOps = ({
  views,
  orphans,
  sweptAt,
  watch,
  directory,
  handlers,
}: {
  readonly views: Pick<Views, 'ops' | 'ledger' | 'waitFor'>;
  readonly orphans: Application['orphans'];
  readonly sweptAt: Runner['sweptAt'];
  readonly watch: Pick<ProcessWatch, 'facts'>;
  readonly directory: Pick<Directory, 'session' | 'janitor'>;
  readonly handlers: Pick<Handlers, 'session'>;
}): Pick<Application, 'ops' | 'retryStep'> => {
  // A sweep that finds nothing is no event, and the directory may come to know an orphan after the views do.
  const knownOrphans = (): number => Object.keys(directory.janitor().orphans).length;
  const read = rememberedWhile(
    () => [views.ops.applied(), views.ledger.applied(), sweptAt(), knownOrphans()].join('|'),
    async (): Promise<{ readonly ops: OpsView; readonly orphans: OrphanCounts }> => {
      const [shards, left] = await Promise.all([views.ops.find('every', 'shard'), orphans()]);
      return { ops: renderOps(shards), orphans: countsOf(left) };
    },
  );
  /** While the views are made, operators see how far that is: it is told beside this, as is how the process does. */
  const folded = async (): ReturnType<typeof read> => {
    if (views.ops.serves() && views.ledger.serves()) return read();
    const at = sweptAt();
    const found = Object.values(directory.janitor().orphans);
    const known = { ...(at === undefined ? {} : { sweptAt: at }), orphans: found, stuck: [], missing: [] };
    return { ops: renderOps([]), orphans: countsOf(known) };
  };

  return {
    ops: async (): Promise<OpsLive> => {
      const [{ ops, orphans: counts }, process] = await Promise.all([folded(), watch.facts()]);
      return { ops, orphans: counts, process };
    },
    retryStep: ({ commandId, sessionId, step }) => {
      if (directory.session(sessionId) === undefined) return TE.left<CommandError>({ tag: 'NotFound' });
      const causationId = derivedId(commandId, `operator|retry|${step}`);
      return pipe(
        handlers.session(sessionId, (state) => decideRetryStep({ step }, state), {
          key: causationId,
          causationId,
          correlationId: causationId,
          actor: 'operator',
        }),
        TE.mapLeft(toCommandError),
        TE.chainFirstTaskK(
          ({ position }) =>
            () =>
              views.waitFor(position),
        ),
      );
    },
  };
};

const countsOf = ({
  sweptAt,
  orphans,
  stuck,
  missing,
}: Awaited<ReturnType<Application['orphans']>>): OrphanCounts => ({
  ...(sweptAt === undefined ? {} : { sweptAt }),
  orphans: orphans.length,
  stuck: stuck.length,
  missing: missing.length,
});

/** Read again only once `version` has changed: operators look four times a second, and mostly nothing happens. */
const rememberedWhile = <A>(version: () => string, read: () => Promise<A>): (() => Promise<A>) => {
  let last: { readonly version: string; readonly value: A } | undefined;
  return async () => {
    const now = version();
    if (last?.version === now) return last.value;
    const value = await read();
    last = { version: now, value };
    return value;
  };
};
