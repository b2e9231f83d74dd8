import { timingSafeEqual } from 'node:crypto';
import type { Derive } from '../identifiers.ts';

const PREFIX = 'mk0r-model';

/** What a sandbox calls the model with: known to nobody but this installation's relay, and derived, not stored. */
export const modelToken = (derive: Derive, slug: string): string =>
  `${PREFIX}-${slug}-${derive('model-token', slug)}`;

/** The slug of the session whose token it is. */
export const slugOfModelToken = (derive: Derive, token: string): string | undefined => {
  const slug = /^mk0r-model-([a-z0-9]{12})-/.exec(token)?.[1];
  if (slug === undefined) return undefined;
  const [given, known] = [Buffer.from(token), Buffer.from(modelToken(derive, slug))];
  return given.length === known.length && timingSafeEqual(given, known) ? slug : undefined;
};
