import { keepDraft } from '../first/draft.ts';
import { forgetPicture } from '../first/pictures.ts';
import { forgetArrival } from '../routing/router.ts';
import type { Kept } from './connection.ts';
import { isDeleted, noteDeleted } from './deleted.ts';
import type { Sync } from './sync.ts';

/** Session storage holds a few megabytes for the whole origin; a longer session starts from a `reset` instead. */
const MAX_CHARS = 1_500_000;
const keyOf = (session: string): string => `mk0r-kept-${session}`;

/** What this tab had of the session before it was reloaded. Another build's leftovers are not used. */
export const recall = (session: string): Kept | undefined => {
  try {
    const text = sessionStorage.getItem(keyOf(session));
    if (text === null) return undefined;
    const kept = JSON.parse(text) as Kept & { readonly build: string };
    return kept.build === __BUILD__ ? { epoch: kept.epoch, pos: kept.pos, views: kept.views } : undefined;
  } catch {
    return undefined;
  }
};

/** There is nothing to come back to: it was deleted, here or elsewhere, or is not ours. */
export const isOver = ({ session, phase, views }: Sync): boolean => {
  const ending = views?.view.phase;
  return phase === 'gone' || ending === 'closing' || ending === 'closed' || isDeleted(session);
};

export const keep = (sync: Sync): void => {
  if (isOver(sync)) {
    drop(sync.session);
    return;
  }
  if (sync.views === undefined || sync.epoch === undefined) return;
  const text = JSON.stringify({ build: __BUILD__, epoch: sync.epoch, pos: sync.pos, views: sync.views });
  try {
    if (text.length <= MAX_CHARS) sessionStorage.setItem(keyOf(sync.session), text);
    else removeKept(sync.session);
  } catch {
    removeKept(sync.session); // Storage is full or forbidden: the page works without it.
  }
};

const removeKept = (session: string): void => {
  try {
    sessionStorage.removeItem(keyOf(session));
  } catch {
    return; // Storage is forbidden, so there is nothing in it.
  }
};

/** Leaves nothing of a session in this tab, nor its picture in this browser. */
export const drop = (session: string): void => {
  removeKept(session);
  keepDraft(session, '');
  forgetPicture(session);
  forgetArrival(session);
};

/** Leaves nothing of a deleted session in the browser, also of what the page is still about to keep. */
export const forget = (session: string): void => {
  noteDeleted(session);
  drop(session);
};
