import type { Kept } from './connection.ts';
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

export const keep = (sync: Sync): void => {
  if (sync.phase === 'gone') {
    forget(sync.session);
    return;
  }
  if (sync.views === undefined || sync.epoch === undefined) return;
  const text = JSON.stringify({ build: __BUILD__, epoch: sync.epoch, pos: sync.pos, views: sync.views });
  try {
    if (text.length <= MAX_CHARS) sessionStorage.setItem(keyOf(sync.session), text);
    else sessionStorage.removeItem(keyOf(sync.session));
  } catch {
    forget(sync.session); // Storage is full or forbidden: the page works without it.
  }
};

/** Leaves nothing of a deleted session in the browser. */
export const forget = (session: string): void => {
  try {
    sessionStorage.removeItem(keyOf(session));
  } catch {
    return; // Storage is forbidden, so there is nothing in it.
  }
};
