import type { SessionView } from '../../../../projections/views.ts';

/** What stands where the app would be. `up` is the only state in which the app itself is shown. */
export type PreviewState = 'unknown' | 'booting' | 'up' | 'asleep' | 'waking' | 'lost' | 'closing' | 'closed';

export const previewState = (view: SessionView | undefined): PreviewState => {
  if (view === undefined) return 'unknown';
  if (view.phase === 'closing' || view.phase === 'closed') return view.phase;
  switch (view.sandbox) {
    case 'awake':
      return view.phase === 'ready' ? 'up' : 'booting';
    case 'gone':
      return 'lost';
    default:
      return view.sandbox;
  }
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
