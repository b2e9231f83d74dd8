/** Where browsers find us: the app's own origin, and one origin per preview beside it. */
export type Site = {
  /** e.g. `http://localhost:3000` */
  readonly origin: string;
  /** Host with port, as in the `Host` header of a request to `origin`. */
  readonly host: string;
  /** Host name previews are under, e.g. `preview.localhost`. */
  readonly previewDomain: string;
  /** With `{slug}` in place of the session's slug, e.g. `http://{slug}.preview.localhost:3000`. */
  readonly previewUrl: string;
  /** For a Content-Security-Policy, e.g. `http://*.preview.localhost:3000`. */
  readonly previewWildcard: string;
  /** Origin of the websocket, e.g. `ws://localhost:3000`. */
  readonly socketOrigin: string;
};

export const siteOf = (publicUrl: string): Site => {
  const { origin, host, hostname, port, protocol } = new URL(publicUrl);
  const previewDomain = `preview.${hostname}`;
  const suffix = port === '' ? '' : `:${port}`;
  return {
    origin,
    host,
    previewDomain,
    previewUrl: `${protocol}//{slug}.${previewDomain}${suffix}`,
    previewWildcard: `${protocol}//*.${previewDomain}${suffix}`,
    socketOrigin: origin.replace(/^http/, 'ws'),
  };
};

/**
 * Which of our origins a `Host` header means: a preview (with its slug, or `v-` and the slug for an older version of it that
 * is looked at; `undefined` where the label is neither), or
 * the app's own, under whatever name it was reached.
 */
export const addressed = (
  site: Site,
  hostHeader: string | undefined,
): { readonly to: 'app' } | { readonly to: 'preview'; readonly slug: string | undefined } => {
  const hostname = (hostHeader ?? '').replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  if (hostname !== site.previewDomain && !hostname.endsWith(`.${site.previewDomain}`)) return { to: 'app' };
  const label = hostname.slice(0, -site.previewDomain.length - 1);
  return { to: 'preview', slug: /^(v-)?[a-z0-9]{12}$/.test(label) ? label : undefined };
};
