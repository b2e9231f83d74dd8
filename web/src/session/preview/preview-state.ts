import type { SessionView } from '../../../../projections/views.ts';

/** What stands where the app would be. `up` is the only state in which the app itself is shown. */
export type PreviewState =
  | 'unknown'
  | 'booting'
  | 'forking'
  | 'up'
  | 'asleep'
  | 'waking'
  | 'lost'
  | 'closing'
  | 'closed';

export const previewState = (view: SessionView | undefined): PreviewState => {
  if (view === undefined) return 'unknown';
  if (view.phase === 'closing' || view.phase === 'closed') return view.phase;
  // A quick page is there whatever becomes of a sandbox; on its way to a full app it still is.
  if (view.mode !== undefined) return 'up';
  switch (view.sandbox) {
    case 'awake':
      if (view.phase !== 'ready') return 'booting';
      // Until then there is the template, which is none of the visitor's.
      return view.fork?.parts.code.status === 'coming' ? 'forking' : 'up';
    case 'none':
    case 'gone':
      return 'lost';
    default:
      return view.sandbox;
  }
};

/**
 * Of an app that is up, what its frame shows: `shown`, the app itself; `starting` and `crashed`, our page that says why
 * there is none; `unreachable`, nothing, since the server cannot be reached from here.
 */
export type FrameState = 'loading' | 'shown' | 'starting' | 'crashed' | 'unreachable';

export const frameState = (
  { place, absent }: { readonly place: object | undefined; readonly absent: string | undefined },
  isLoaded: boolean,
  isAway: boolean,
): FrameState => {
  if (place !== undefined) return 'shown';
  if (isAway) return 'unreachable';
  if (absent !== undefined) return absent === 'crashed' ? 'crashed' : 'starting';
  // A page that is loaded and says nothing forbids our script, and is shown all the same.
  return isLoaded ? 'shown' : 'loading';
};

/** The app's own origin, apart from this page's; `path` always begins with a slash. */
export const previewAddress = (template: string, slug: string, path: string): string =>
  new URL(path, template.replace('{slug}', slug)).href;

/** What was typed into the path bar as a path of the app: a whole address is cut down to its path. */
export const asPath = (typed: string): string => {
  const text = typed.trim();
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:')
      return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    // Not a whole address, so it is a path already.
  }
  return `/${text.replace(/^[/\\]+/, '')}`;
};
