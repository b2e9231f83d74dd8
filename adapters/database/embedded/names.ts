import { createHash } from 'node:crypto';
import { databaseName } from '../../../domain/services.ts';

/** What every database of ours is called: a session's own, or with a letter and a digest behind it what is beside it. */
const OURS = /^mk0r_([a-z0-9]{12})(?:_[citp]_[0-9a-f]{16})?$/;

const beside = (slug: string, kind: 'c' | 'i' | 't' | 'p', id: string): string =>
  `${databaseName(slug)}_${kind}_${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;

/** A copy that is kept. */
export const copyName = (slug: string, checkpointId: string): string => beside(slug, 'c', checkpointId);
/** What is about to take the place of the session's database. */
export const incomingName = (slug: string, moveId: string): string => beside(slug, 'i', moveId);
/** What has given its place up and need not be kept: the same is kept already. */
export const outgoingName = (slug: string, moveId: string): string => beside(slug, 't', moveId);

/** For a look at an older version; of the role that may see it as well. */
export const scratchName = (slug: string): string => beside(slug, 'p', 'scratch');
export const isScratch = (name: string): boolean => OURS.test(name) && name.includes('_p_');

export const slugOf = (name: string): string | undefined => OURS.exec(name)?.[1];
