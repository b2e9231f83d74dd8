import { useSyncExternalStore } from 'react';

/** What was typed and is not saved yet. `base` is the blob it was typed into; `null`: there was no such file. */
export type Draft = { readonly text: string; readonly base: string | null };

const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

const keyOf = (sessionId: string, path: string): string => `${sessionId}|${path}`;

/** Whoever leaves the page with something unsaved is asked first. */
const guard = (event: BeforeUnloadEvent): void => event.preventDefault();

const changed = (): void => {
  if (drafts.size > 0) addEventListener('beforeunload', guard);
  else removeEventListener('beforeunload', guard);
  for (const listener of listeners) listener();
};

export const setDraft = (sessionId: string, path: string, draft: Draft): void => {
  drafts.set(keyOf(sessionId, path), draft);
  changed();
};

export const dropDraft = (sessionId: string, path: string): void => {
  if (drafts.delete(keyOf(sessionId, path))) changed();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Kept for as long as the page is, whichever tab of it is shown. */
export const useDraft = (sessionId: string, path: string): Draft | undefined =>
  useSyncExternalStore(subscribe, () => drafts.get(keyOf(sessionId, path)));

/** Paths with something unsaved, in the order of the alphabet, as one text that is equal while they are. */
export const useUnsaved = (sessionId: string): string =>
  useSyncExternalStore(subscribe, () =>
    [...drafts.keys()]
      .filter((key) => key.startsWith(`${sessionId}|`))
      .map((key) => key.slice(sessionId.length + 1))
      .sort()
      .join('\n'),
  );
