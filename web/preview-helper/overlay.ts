const TAG = 'vite-error-overlay';
/** How Vite answers in place of a module that does not compile: with a page that holds the reason. */
const REASON = /^\s*const error = (\{.*\})\s*$/m;

type Overlay = new (reason: unknown) => HTMLElement;

export const overlay = (): ShadowRoot | null | undefined => document.querySelector(TAG)?.shadowRoot;

/** A module that the dev server could not give; of requests of the app's own, its server tells. */
const failedModule = (): string | undefined =>
  performance
    .getEntriesByType('resource')
    .filter((entry) => entry instanceof PerformanceResourceTiming)
    .find(
      ({ name, responseStatus, initiatorType }) =>
        responseStatus === 500 &&
        new URL(name).origin === location.origin &&
        !['fetch', 'xmlhttprequest'].includes(initiatorType),
    )?.name;

const draw = async (): Promise<void> => {
  const [module, Overlay] = [failedModule(), customElements.get(TAG) as Overlay | undefined];
  if (module === undefined || Overlay === undefined) return;
  const reason = REASON.exec(await (await fetch(module)).text())?.[1];
  if (reason !== undefined && overlay() === undefined) document.body.append(new Overlay(JSON.parse(reason)));
};

/**
 * Vite tells why code does not compile to the pages that are connected at that moment, which a page that loads is not
 * yet: while the app is open elsewhere as well, it would stay white, without a word. It is drawn here as Vite would.
 */
export const drawOverlay = (): void =>
  addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLScriptElement && target.type === 'module') draw().catch(() => undefined);
    },
    true,
  );
