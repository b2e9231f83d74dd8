import { build, type Readers } from './build.ts';
import { TableDropped } from './overtaken.ts';
import type { FeedEvent, Table } from './ports.ts';
import { type BuildProgress, describeProgress } from './progress.ts';
import type { Projection } from './projection.ts';
import { type ProjectorDeps, persistently } from './projector-deps.ts';
import { forgets, purging } from './purging.ts';
import { UnknownEventType } from './unknown-events.ts';

const SAY_MS = 5_000;

/** Builds over whatever its storage does, and says how far it is. Throws what another attempt would meet as well. */
export const runBuild = async <Doc>(
  projection: Projection<Doc>,
  table: Table,
  deps: ProjectorDeps,
  readers: Readers,
  started: (progress: BuildProgress) => void,
): Promise<void> => {
  let hasForgotten = false;
  let progress: BuildProgress | undefined;
  const on = {
    started: (begun: BuildProgress): void => {
      progress = begun;
      // What a process that was killed had written over in it may still be on the disk.
      hasForgotten ||= begun.read().resumedAt > 0;
      started(begun);
    },
    batch: (events: readonly FeedEvent[]): void => {
      hasForgotten ||= forgets(events);
    },
  };
  const switchOver: Readers['switchOver'] = (last) =>
    hasForgotten ? purging(deps, () => readers.switchOver(last)) : readers.switchOver(last);
  const say = (what: string): void => {
    const far = progress === undefined ? '' : ` · ${describeProgress(progress.read(), deps.feed.unit?.())}`;
    deps.log.info({ projection: projection.name, table: table.name }, `${what} ${table.name}${far}`);
  };
  const timer = setInterval(() => say('building'), SAY_MS);
  try {
    await persistently(
      () => build(projection, table, deps, { ...readers, switchOver }, on),
      deps,
      table.name,
      (error) => error instanceof UnknownEventType || error instanceof TableDropped,
    );
  } finally {
    clearInterval(timer);
  }
  if (!deps.signal.aborted) say('switched to');
};
