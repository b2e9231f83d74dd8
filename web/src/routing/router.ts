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
  /** Where a one-time link leads. */
  | { readonly name: 'join'; readonly sessionId: string }
  | { readonly name: 'operations' }
  /** Without a session: the list of them. */
  | { readonly name: 'audit'; readonly sessionId?: string }
  | { readonly name: 'unknown' };

export const screenOf = (path: string): Screen => {
  if (path === '/') return { name: 'first' };
  if (/^\/operations\/?$/.test(path)) return { name: 'operations' };
  const audited = /^\/audit(?:\/([A-Za-z0-9_-]{1,64}))?\/?$/.exec(path);
  if (audited !== null)
    return { name: 'audit', ...(audited[1] === undefined ? {} : { sessionId: audited[1] }) };
  const joined = /^\/join\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];
  if (joined !== undefined) return { name: 'join', sessionId: joined };
  const sessionId = /^\/s\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];
  return sessionId === undefined ? { name: 'unknown' } : { name: 'session', sessionId };
};

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** What follows the `?` of the address. */
export const useQuery = (): string => useSyncExternalStore(subscribe, () => location.search);

/** Changes what follows the `?`, without a step to go back to. */
export const replaceQuery = (query: URLSearchParams): void => {
  const text = query.toString();
  history.replaceState(history.state, '', text === '' ? location.pathname : `?${text}`);
  notify();
};

/** `state` travels with the history entry, so it is there again after a reload. */
export const navigate = (path: string, state: unknown = null): void => {
  history.pushState(state, '', path);
  notify();
  scrollTo(0, 0);
};

/** What travels with the address of a session, if that is where the page is: the prompt it was begun with. */
export const forgetArrival = (sessionId: string): void => {
  const screen = screenOf(location.pathname);
  if (screen.name === 'session' && screen.sessionId === sessionId)
    history.replaceState(null, '', location.href);
};
