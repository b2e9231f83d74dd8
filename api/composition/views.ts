import { poolView } from '../../projections/pool-view/index.ts';
import type { EventFeed, ReadModels } from '../../projections/ports.ts';
import { tableOf } from '../../projections/projection.ts';
import { type ProjectorLog, startProjector } from '../../projections/projector.ts';
import { sessionList } from '../../projections/session-list/index.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { transcriptView } from '../../projections/transcript-view/index.ts';

/** SQLite positions are decimal text of a growing number. */
const comparePositions = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** How long a command waits until its own events are in the views it will be followed by. */
const READ_YOUR_WRITES_MS = 2_000;

/** All projections of this version, kept up to date. */
export const startViews = async (
  feed: EventFeed,
  readModels: ReadModels,
  options: { readonly signal: AbortSignal; readonly log: ProjectorLog },
) => {
  await readModels.keepOnly([sessionView, transcriptView, sessionList, poolView].map(tableOf));
  const deps = { feed, readModels, comparePositions, ...options };
  const sessions = startProjector(sessionView, deps);
  const transcripts = startProjector(transcriptView, deps);
  const list = startProjector(sessionList, deps);
  const pools = startProjector(poolView, deps);
  const all = [sessions, transcripts, list, pools];
  return {
    sessions,
    transcripts,
    list,
    pools,
    caughtUp: Promise.all(all.map((projector) => projector.caughtUp)),
    stopped: Promise.all(all.map((projector) => projector.stopped)),
    /** Resolves when what was appended at `position` can be read, or after a while all the same. */
    waitFor: async (position: string | undefined): Promise<void> => {
      if (position === undefined) return;
      await Promise.all(all.map((projector) => projector.waitFor(position, READ_YOUR_WRITES_MS)));
    },
  };
};

export type Views = Awaited<ReturnType<typeof startViews>>;
