import type { Instant } from '../envelope.ts';

/** The session's database as it was while its code was at `sha`; several may be of one copy. */
export type Checkpoint = {
  readonly checkpointId: string;
  readonly sha: string;
  readonly at: Instant;
  readonly bytes: number;
};

/** One that is to be taken: under an id of its own, so that an attempt finds what the one before it has made. */
export type DueCheckpoint = {
  readonly checkpointId: string;
  readonly sha: string;
  readonly reason: 'start' | 'turn';
};

/** Taken because other data was about to take its place, in the course of another step. */
export const isAside = (reason: 'start' | 'turn' | 'move' | 'fork'): boolean =>
  reason === 'move' || reason === 'fork';

/** Copies a session may have at once, and bytes they may take together; what its provider allows may be less. */
export const MAX_COPIES = 20;
export const MAX_COPIES_BYTES = 512 * 2 ** 20;
/** A database larger than this is not copied: the next turn would wait for it. */
export const MAX_DATABASE_BYTES = 256 * 2 ** 20;

/** The data of a commit: as it was when the code was last at it. */
export const checkpointOf = <C extends Pick<Checkpoint, 'checkpointId' | 'sha'>>(
  checkpoints: readonly C[],
  sha: string,
  checkpointId?: string,
): C | undefined =>
  checkpoints.findLast(
    (checkpoint) =>
      checkpoint.sha === sha && (checkpointId === undefined || checkpoint.checkpointId === checkpointId),
  );

/** After one more was taken: it is the newest of its commit, and what was given up for it is no longer kept. */
export const withCheckpoint = <C extends Pick<Checkpoint, 'checkpointId' | 'sha'>>(
  checkpoints: readonly C[],
  taken: C,
  dropped: readonly string[],
): readonly C[] => [
  ...checkpoints.filter(
    ({ checkpointId, sha }) =>
      !dropped.includes(checkpointId) && !(checkpointId === taken.checkpointId && sha === taken.sha),
  ),
  taken,
];

/**
 * The copies to give up so that `taken` fits: the oldest, until there are no more than `most` and they are not larger
 * than all may be. Never `taken` itself, nor `needed`, which a move that was asked for is about to restore.
 */
export const toDrop = (
  checkpoints: readonly Checkpoint[],
  taken: Pick<Checkpoint, 'checkpointId' | 'bytes'>,
  { most = MAX_COPIES, needed }: { readonly most?: number; readonly needed?: string | undefined } = {},
): readonly string[] => {
  const copies = new Map<string, number>();
  for (const { checkpointId, bytes } of [...checkpoints, taken]) {
    // One that is shared is as old as the last commit that shares it.
    copies.delete(checkpointId);
    copies.set(checkpointId, bytes);
  }
  const dropped: string[] = [];
  const isTooMuch = (): boolean =>
    copies.size > most || [...copies.values()].reduce((sum, bytes) => sum + bytes, 0) > MAX_COPIES_BYTES;
  for (const id of [...copies.keys()]) {
    if (!isTooMuch()) break;
    if (id === taken.checkpointId || id === needed) continue;
    copies.delete(id);
    dropped.push(id);
  }
  return dropped;
};
