import { existsSync, rmSync } from 'node:fs';
import type { ProjectorLog } from '../../../projections/projector-deps.ts';
import { inEmptyPlaces } from '../../lifecycle/place.ts';
import type { Shutdown } from '../../lifecycle/shutdown.ts';
import type { StorageConfig } from '../storage.ts';
import { viewsFile, viewsFileIn, viewsFilesOfOne, viewsInFirestore } from './read-models.ts';

/** A place that was empty so long is not one of a process that is just being started again. */
const LOOK_MS = 10 * 60_000;

export type FormerViewsOptions = {
  readonly config: StorageConfig;
  /** Where this process keeps what is its own: the data directory for the only one. */
  readonly ownDir: string;
  readonly log: ProjectorLog;
};

/**
 * In the order to delete them in: a log without its file would read as damage, and the mark says what is still to be
 * done.
 */
const filesOf = (file: string): readonly string[] =>
  ['-wal', '-shm', '', '-purge-due'].map((suffix) => file + suffix).filter((each) => existsSync(each));

/**
 * Deletes files of views that no process keeps any more: of a log of another kind, of views that are in Firestore now, of
 * processes that are gone. Nobody takes the words of a session out of them when it is forgotten, and all of it can be
 * built again from the log. Whoever calls has its place in the data directory: what other processes have open is in
 * places of theirs.
 */
export const formerViews = ({ config, ownDir, log }: FormerViewsOptions) => {
  const { dataDir } = config;
  const isOnly = ownDir === dataDir;
  const mine = isOnly ? viewsFile(config) : viewsFileIn(ownDir);
  const inUse = viewsInFirestore(config) === undefined ? mine : undefined;
  let empty: ReadonlySet<string> = new Set();

  const remove = (file: string): void => {
    const there = file === inUse ? [] : filesOf(file);
    if (there.length === 0) return;
    try {
      for (const each of there) rmSync(each);
      log.info({ file }, 'deleted views that no process keeps any more');
    } catch (error) {
      log.warn({ file, error: String(error) }, 'former views could not be deleted; delete the file by hand');
    }
  };

  /** Places that were empty the last time, too, or at once where no other process may be. */
  const look = (): void => {
    for (const file of viewsFilesOfOne(dataDir)) remove(file);
    remove(mine);
    const found = new Set<string>();
    inEmptyPlaces(dataDir, (place) => {
      found.add(place);
      if (isOnly || empty.has(place)) remove(viewsFileIn(place));
    });
    empty = found;
  };
  return look;
};

/** Looks once what there was can be read, and again and again: a process that shares the directory may end for good. */
export const watchFormerViews = (
  options: FormerViewsOptions & { readonly caughtUp: Promise<unknown>; readonly shutdown: Shutdown },
): void => {
  const look = formerViews(options);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const begin = (): void => {
    if (isOver) return;
    look();
    timer = setInterval(look, LOOK_MS);
  };
  // Whoever never catches up deletes nothing, and is heard of elsewhere.
  options.caughtUp.then(begin, () => undefined);
  options.shutdown.defer('former views', () => {
    isOver = true;
    clearInterval(timer);
  });
};
