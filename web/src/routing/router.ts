import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const notify = (): void => {
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  addEventListener('popstate', notify);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', notify);
  };
};

export type Screen =
  | { readonly name: 'first' }
  | { readonly name: 'session'; readonly sessionId: string }
  | { readonly name: 'unknown' };

export const screenOf = (path: string): Screen => {
  if (path === '/') return { name: 'first' };
  const sessionId = /^\/s\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];
  return sessionId === undefined ? { name: 'unknown' } : { name: 'session', sessionId };
};

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** `state` travels with the history entry, so it is there again after a reload. */
export const navigate = (path: string, state: unknown = null): void => {
  history.pushState(state, '', path);
  notify();
  scrollTo(0, 0);
};
