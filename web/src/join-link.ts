/** Where a one-time link leads on this page: its path with the secret, or `undefined` where it is none of this server's. */
export const joinPathOf = (text: string, origin: string): string | undefined => {
  const typed = text.trim();
  if (!URL.canParse(typed)) return undefined;
  const url = new URL(typed);
  const isOurs = url.origin === origin && /^\/join\/[A-Za-z0-9_-]{1,64}\/?$/.test(url.pathname);
  return isOurs && /^#[A-Za-z0-9_-]{43}$/.test(url.hash) ? `${url.pathname}${url.hash}` : undefined;
};
