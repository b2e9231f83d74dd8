import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import type { SessionState } from '../state.ts';

/** How long a link lets somebody in: time enough to pick up a phone. */
export const LINK_GOOD_FOR_MS = 10 * 60_000;
/** Links that may wait to be used at once. */
export const MAX_OPEN_LINKS = 5;

/** A link for one more browser; the same one is issued once. */
export const decideIssueLink = (
  { linkDigest, now }: { readonly linkDigest: string; readonly now: Instant },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.links.some((link) => link.linkDigest === linkDigest)) return right([]);
  const open = state.links.filter(
    ({ usedBy, expiresAt }) => usedBy === undefined && Date.parse(expiresAt) > Date.parse(now),
  );
  if (open.length >= MAX_OPEN_LINKS) return left({ tag: 'TooManyLinks', max: MAX_OPEN_LINKS });
  const expiresAt = new Date(Date.parse(now) + LINK_GOOD_FOR_MS).toISOString();
  return right([{ type: 'LinkIssued', data: { linkDigest, expiresAt } }]);
};

/** Lets the browser in that brings a link nobody has used. One that comes by the same link again is in already. */
export const decideRedeemLink = (
  command: {
    readonly linkDigest: string;
    readonly owner: string;
    readonly keyDigest: string;
    readonly now: Instant;
  },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'LinkInvalid' });
  const { linkDigest, owner, keyDigest, now } = command;
  const link = state.links.find((known) => known.linkDigest === linkDigest);
  if (link === undefined) return left({ tag: 'LinkInvalid' });
  if (link.usedBy !== undefined) return link.usedBy === owner ? right([]) : left({ tag: 'LinkUsed' });
  if (Date.parse(link.expiresAt) <= Date.parse(now)) return left({ tag: 'LinkExpired' });
  return right([{ type: 'OwnerAdded', data: { owner, keyDigest, linkDigest } }]);
};
