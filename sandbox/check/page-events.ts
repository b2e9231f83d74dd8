/** The page has loaded, has nothing to do, and has asked for nothing more for so long: its start is over. */
const QUIET_MS = 100;

/** What the DevTools protocol has told of a page so far. */
export type Seen = {
  readonly errors: string[];
  /** Requests to the app's own server that have no end yet, by their id. */
  readonly underway: Map<string, { readonly path: string; readonly document: string }>;
  quietSince: number;
  hasLoaded: boolean;
};

export const unseen = (now: number): Seen => ({
  errors: [],
  underway: new Map(),
  quietSince: now,
  hasLoaded: false,
});

export const isQuiet = ({ hasLoaded, underway, quietSince }: Seen, now: number): boolean =>
  hasLoaded && underway.size === 0 && now - quietSince >= QUIET_MS;

type Event = { readonly method: string; readonly params: Readonly<Record<string, unknown>> };
type Exception = {
  readonly text?: string;
  readonly exception?: { readonly description?: string; readonly value?: unknown };
};

/** Only what belongs to the app counts: what else a page asks for may well be out of reach from a sandbox. */
export const note = (seen: Seen, origin: string, { method, params }: Event, now: number): void => {
  const id = String(params.requestId ?? '');
  const request = seen.underway.get(id);
  switch (method) {
    case 'Page.loadEventFired':
      seen.hasLoaded = true;
      break;
    case 'Page.frameNavigated':
      startAnew(seen, params.frame as Frame);
      break;
    case 'Runtime.exceptionThrown': {
      const { text, exception } = params.exceptionDetails as Exception;
      seen.errors.push(
        firstLines(exception?.description ?? `${text ?? 'Uncaught'} ${String(exception?.value ?? '')}`),
      );
      break;
    }
    case 'Network.requestWillBeSent': {
      const { url } = params.request as { readonly url: string };
      if (!url.startsWith(`${origin}/`)) return;
      seen.underway.set(id, { path: new URL(url).pathname, document: String(params.loaderId) });
      break;
    }
    case 'Network.responseReceived': {
      if (request === undefined) return;
      const { status } = params.response as { readonly status: number };
      const isPart = ['Document', 'Script', 'Stylesheet'].includes(String(params.type));
      if (status >= 500 || (isPart && status >= 400)) seen.errors.push(`${request.path} answered ${status}.`);
      // A stream has no end to wait for.
      if (params.type === 'EventSource') seen.underway.delete(id);
      break;
    }
    case 'Network.loadingFailed':
      if (request === undefined) return;
      if (params.canceled !== true && ['Script', 'Stylesheet'].includes(String(params.type)))
        seen.errors.push(`${request.path} could not be loaded.`);
      seen.underway.delete(id);
      break;
    case 'Network.loadingFinished':
      if (!seen.underway.delete(id)) return;
      break;
    default:
      return;
  }
  seen.quietSince = now;
};

type Frame = { readonly loaderId: string; readonly parentId?: string };

/**
 * Vite loads a page anew when it hears of an edit late. Of what the page before had asked for, nobody is told the end:
 * it would be waited for until there is no time left.
 */
const startAnew = (seen: Seen, { loaderId, parentId }: Frame): void => {
  if (parentId !== undefined) return;
  for (const [id, { document }] of seen.underway) if (document !== loaderId) seen.underway.delete(id);
  seen.hasLoaded = false;
};

const firstLines = (description: string): string => description.split('\n').slice(0, 3).join('\n');
