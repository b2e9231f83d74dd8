/** A call to the mail service that stays within one audience. */
export type Scoped = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** A contact that has to be in the audience before the call is made. */
  readonly member?: string;
  /** What is answered instead of the service's own words. */
  readonly answer?: unknown;
};

const PATH = /^(?:\/(?:audiences|segments)\/([^/]+))?\/contacts(?:\/([^/]+))?$/;
const SEGMENTS = /^\/contacts\/([^/]+)\/segments(?:\/([^/]+))?$/;

/**
 * What the SDK asks about contacts, narrowed to the session's own audience; `undefined` for anything else. At Resend a
 * contact is the whole team's and a key that may read one may read all: so the call is made with the account's key, and
 * this is what keeps a session from another's.
 */
export const scopedToAudience = (
  { method, url, body }: { readonly method: string; readonly url: string; readonly body: string },
  audienceId: string,
): Scoped | undefined => {
  const { pathname, search } = new URL(url, 'http://relay');
  const own = encodeURIComponent(audienceId);
  const segments = SEGMENTS.exec(pathname);
  if (segments !== null) {
    const [, contact = '', segment] = segments;
    if (segment !== undefined && decodeURIComponent(segment) !== audienceId) return undefined;
    const path = `/contacts/${clean(contact)}/segments${segment === undefined ? '' : `/${own}`}`;
    if (method === 'POST' && segment !== undefined) return undefined;
    if (method === 'GET' && segment === undefined)
      return {
        method,
        path,
        member: contact,
        answer: { object: 'list', has_more: false, data: [{ id: audienceId }] },
      };
    return method === 'DELETE' && segment !== undefined ? { method, path, member: contact } : undefined;
  }
  const [, audience, contact] = PATH.exec(pathname) ?? [undefined, undefined, undefined];
  if (!PATH.test(pathname) || (audience !== undefined && decodeURIComponent(audience) !== audienceId))
    return undefined;
  if (contact === undefined) {
    if (method === 'GET') return { method, path: `/segments/${own}/contacts${search}` };
    return method === 'POST' ? creation(body, audienceId) : undefined;
  }
  const id = clean(contact);
  switch (method) {
    case 'GET':
      return { method, path: `/contacts/${id}`, member: contact };
    case 'PATCH':
      return { method, path: `/contacts/${id}`, body, member: contact };
    case 'DELETE':
      // Somebody else's audience may know the same person: they leave this one.
      return {
        method,
        path: `/contacts/${id}/segments/${own}`,
        member: contact,
        answer: { object: 'contact', contact: decodeURIComponent(contact), deleted: true },
      };
    default:
      return undefined;
  }
};

const clean = (part: string): string => encodeURIComponent(decodeURIComponent(part));

/** A contact that is made belongs to the audience, whatever the request says or leaves out. */
const creation = (body: string, audienceId: string): Scoped | undefined => {
  const input: unknown = parsed(body);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const { segments, audience_id: _audience, ...contact } = input as Readonly<Record<string, unknown>>;
  const named = Array.isArray(segments) ? segments : [];
  if (named.some((one) => (one as { readonly id?: unknown } | null)?.id !== audienceId)) return undefined;
  return {
    method: 'POST',
    path: '/contacts',
    body: JSON.stringify({ ...contact, segments: [{ id: audienceId }] }),
  };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
