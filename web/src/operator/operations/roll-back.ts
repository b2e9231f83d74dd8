import type { ProjectionStatus } from '../../../../projections/status.ts';

/** Why a table that is kept cannot be gone back to here. */
export const keptElsewhere = ({ kept }: Pick<ProjectionStatus, 'kept'>): string | undefined =>
  kept === undefined || kept.followed
    ? undefined
    : `${kept.table} is of another release, which alone can go back to it: run that one, and it goes on where it stopped. ` +
      'It is deleted here with the next session that is forgotten.';
