import type { IncomingHttpHeaders, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';
import { SESSION_KEY_COOKIE, SESSION_KEY_HEADER } from '../http/access.ts';

/** RFC 9110 section 7.6.1, and what else concerns one connection only. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What a client could make the app believe about itself, or a cloud's router about whom it asks for; we say it instead.
 */
const OURS_TO_SAY = /^(forwarded|x-forwarded-.*|x-real-ip|e2b-.*)$/;

export type Forwarding = {
  /** Host the app is to see. */
  readonly host: string;
  readonly publicHost: string;
  readonly protocol: 'http' | 'https';
  readonly address: string | undefined;
  /** Headers the sandbox host asks for, e.g. an access token. */
  readonly extra: Readonly<Record<string, string>>;
  /** Bearer tokens of ours that must never reach an app. */
  readonly ownTokens: readonly string[];
};

/** Headers of a request as the app in the sandbox gets them: everything of the browser's, nothing of ours. */
export const requestHeaders = (headers: IncomingHttpHeaders, to: Forwarding): OutgoingHttpHeaders => {
  const kept = without(
    headers,
    (name) => name === 'host' || name === SESSION_KEY_HEADER || OURS_TO_SAY.test(name),
  );
  const cookie = cookiesWithoutOurs(headers.cookie);
  const { cookie: _cookie, authorization, ...rest } = kept;
  return {
    ...rest,
    ...(cookie === '' ? {} : { cookie }),
    ...(authorization === undefined || isOurs(`${authorization}`, to.ownTokens) ? {} : { authorization }),
    host: to.host,
    'x-forwarded-host': to.publicHost,
    'x-forwarded-proto': to.protocol,
    ...(to.address === undefined ? {} : { 'x-forwarded-for': to.address }),
    ...to.extra,
  };
};

/** Dropped from an app's answer: each reaches beyond the app's own pages, or keeps a browser from coming back. */
const UNWANTED: ReadonlySet<string> = new Set([
  'alt-svc',
  'clear-site-data',
  'public-key-pins',
  'service-worker-allowed',
  'strict-transport-security',
  'x-frame-options',
]);

/** Headers of an app's answer as the browser gets them: framed by our page only, cookies for its own host only. */
export const responseHeaders = (
  headers: IncomingHttpHeaders,
  publicOrigin: string,
): Record<string, OutgoingHttpHeader | undefined> => {
  const kept = without(headers, (name) => UNWANTED.has(name));
  const cookies = headers['set-cookie']?.filter((cookie) => !isOurCookie(cookie)).map(withoutDomain);
  const { 'set-cookie': _cookies, 'content-security-policy': policy, ...rest } = kept;
  return {
    ...rest,
    ...(cookies === undefined || cookies.length === 0 ? {} : { 'set-cookie': cookies }),
    // Policies add up: the app's own still holds, but who may frame it is not for the app to say.
    'content-security-policy': [...policiesWithoutFraming(policy), framedBy(publicOrigin)],
    'origin-agent-cluster': '?1',
    'x-robots-tag': 'noindex',
  };
};

export const framedBy = (publicOrigin: string): string => `frame-ancestors ${publicOrigin}`;

const without = (headers: IncomingHttpHeaders, drop: (name: string) => boolean): OutgoingHttpHeaders => {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name) && !drop(name)),
  );
};

const cookiesWithoutOurs = (cookie: string | undefined): string =>
  (cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !isOurCookie(pair))
    .join('; ');

const isOurCookie = (pair: string): boolean => pair.split('=', 1)[0]?.trim() === SESSION_KEY_COOKIE;

const withoutDomain = (cookie: string): string => cookie.replaceAll(/;\s*domain\s*(=[^;]*)?(?=;|$)/gi, '');

const policiesWithoutFraming = (policy: number | string | readonly string[] | undefined): readonly string[] =>
  (policy === undefined ? [] : [policy].flat())
    .flatMap((value) => `${value}`.split(','))
    .map((value) =>
      value
        .split(';')
        .filter((directive) => !/^\s*frame-ancestors\b/i.test(directive))
        .join(';')
        .trim(),
    )
    .filter((value) => value !== '');

const isOurs = (authorization: string, ownTokens: readonly string[]): boolean =>
  ownTokens.includes(authorization.replace(/^Bearer\s+/i, ''));
