import { opsView } from '../../projections/ops-view/index.ts';
import { poolView } from '../../projections/pool-view/index.ts';
import type { EventFeed, ReadModels } from '../../projections/ports.ts';
import { startProjector } from '../../projections/projector.ts';
import type { ProjectorLog } from '../../projections/projector-deps.ts';
import { resourceLedger } from '../../projections/resource-ledger/index.ts';
import { sessionList } from '../../projections/session-list/index.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { transcriptView } from '../../projections/transcript-view/index.ts';
import { createTurns } from '../../projections/turns.ts';
import { createUnknownEvents } from '../../projections/unknown-events.ts';
import { comparePositions } from './positions.ts';

/** How long a command waits until its own events are in the views it will be followed by. */
const READ_YOUR_WRITES_MS = 2_000;

/** All projections of this release, kept up to date. */
export const startViews = (
  feed: EventFeed,
  readModels: ReadModels,
  options: {
    readonly signal: AbortSignal;
    readonly log: ProjectorLog;
    /** See `ProjectorDeps`. */
    readonly firstTableMs?: number;
  },
) => {
  const shared = { builds: createTurns(), unknown: createUnknownEvents(options.log) };
  const deps = { feed, readModels, comparePositions, ...shared, ...options };
  const sessions = startProjector(sessionView, deps);
  const transcripts = startProjector(transcriptView, deps);
  const list = startProjector(sessionList, deps);
  const pools = startProjector(poolView, deps);
  const ledger = startProjector(resourceLedger, deps);
  const ops = startProjector(opsView, deps);
  const all = [sessions, transcripts, list, pools, ledger, ops];
  return {
    sessions,
    transcripts,
    list,
    pools,
    ledger,
    ops,
    all,
    caughtUp: Promise.all(all.map((projector) => projector.caughtUp)),
    stopped: Promise.all(all.map((projector) => projector.stopped)),
    /** Resolves when what was appended at `position` can be read, or after a while all the same. */
    waitFor: async (position: string | undefined): Promise<void> => {
      if (position === undefined) return;
      await Promise.all(all.map((projector) => projector.waitFor(position, READ_YOUR_WRITES_MS)));
    },
  };
};

export type Views = ReturnType<typeof startViews>;
