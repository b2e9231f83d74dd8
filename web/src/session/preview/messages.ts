/**
 * What an app's page and ours say to each other through the frame. The app is a stranger: what it says is checked for its
 * origin and its shape, cut to a length, and believed as far as a stranger is.
 */
export type FromApp =
  | { readonly mk0r: 'here'; readonly path: string; readonly canGoBack: boolean }
  | {
      readonly mk0r: 'error';
      readonly source: 'page' | 'build';
      readonly message: string;
      readonly detail?: string;
    }
  /** A picture of what the page shows now, as a data URL. */
  | { readonly mk0r: 'picture'; readonly url: string }
  /** Our own page in place of the app's: there is none to show, and why. */
  | { readonly mk0r: 'absent'; readonly state: string };

export type ToApp = { readonly mk0r: 'back' } | { readonly mk0r: 'picture'; readonly width: number };

const text = (value: unknown, limit: number): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, limit) : undefined;

const PATH_CHARS = 2_000;
const MESSAGE_CHARS = 2_000;
const DETAIL_CHARS = 8_000;
const PICTURE_CHARS = 400_000;

/** What an app's page has said, or `undefined` where it is nothing we know. */
export const heard = (data: unknown): FromApp | undefined => {
  if (typeof data !== 'object' || data === null) return undefined;
  const said = data as Readonly<Record<string, unknown>>;
  switch (said.mk0r) {
    case 'here': {
      const path = text(said.path, PATH_CHARS);
      return path?.startsWith('/') ? { mk0r: 'here', path, canGoBack: said.canGoBack === true } : undefined;
    }
    case 'error': {
      const message = text(said.message, MESSAGE_CHARS);
      const detail = text(said.detail, DETAIL_CHARS);
      const source = said.source === 'build' ? 'build' : 'page';
      if (message === undefined) return undefined;
      return { mk0r: 'error', source, message, ...(detail === undefined ? {} : { detail }) };
    }
    case 'picture': {
      const url = text(said.url, PICTURE_CHARS + 1);
      return url !== undefined &&
        url.length <= PICTURE_CHARS &&
        /^data:image\/(webp|jpeg|png);base64,/.test(url)
        ? { mk0r: 'picture', url }
        : undefined;
    }
    case 'absent': {
      const state = text(said.state, 20);
      return state === undefined ? undefined : { mk0r: 'absent', state };
    }
    default:
      return undefined;
  }
};
