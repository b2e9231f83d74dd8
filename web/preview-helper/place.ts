import type { FromApp } from '../src/session/preview/messages.ts';

/** Of the browsers' Navigation API as much as is used here; not every one has it. */
type Navigation = EventTarget & { readonly canGoBack: boolean; readonly back: () => void };

/** Tells where the app's page is whenever it goes elsewhere; answers how to go back. */
export const watchPlace = (tell: (message: FromApp) => void): (() => void) => {
  const navigation = Reflect.get(globalThis, 'navigation') as Navigation | undefined;
  let last = '';
  const look = (): void => {
    const path = location.pathname + location.search + location.hash;
    const canGoBack = navigation?.canGoBack ?? history.length > 1;
    const now = `${path} ${canGoBack}`;
    if (now === last) return;
    last = now;
    tell({ mk0r: 'here', path, canGoBack });
  };
  look();
  navigation?.addEventListener('currententrychange', look);
  addEventListener('popstate', look);
  addEventListener('hashchange', look);
  addEventListener('pageshow', look);
  return () => {
    if (navigation === undefined) history.back();
    else if (navigation.canGoBack) navigation.back();
  };
};
