import type {} from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Site } from '../site.ts';
import type { Operator } from './operators.ts';

/** Who a verified token names. */
export type Visitor = { readonly uid: string; readonly anonymous: boolean };
export type TokenRefused = { readonly tag: 'TokenRefused'; readonly reason: string };
/** Verifies a Firebase ID token: signature, issuer, audience, times. */
export type VerifyToken = (idToken: string) => TaskEither<TokenRefused, Visitor>;

/**
 * Who may call a route. `session`: the visitor who owns the session in `:id`, with its key. `operator`: who sends
 * ADMIN_TOKEN, or has signed in with it. `live`: visitors and operators. `pool`: anybody, unless POOL_ADMIN_TOKEN is
 * set. `metrics`: anybody, unless ADMIN_TOKEN is set.
 */
export type Access = 'public' | 'visitor' | 'session' | 'operator' | 'live' | 'pool' | 'metrics';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Set by the guard on routes for visitors and sessions. */
    visitor: Visitor | undefined;
    /** Set by the guard on routes for operators. */
    operator: Operator | undefined;
  }
}

export const SESSION_KEY_COOKIE = 'mk0r_session_key';
export const SESSION_KEY_HEADER = 'x-session-key';
const YEAR_S = 365 * 24 * 60 * 60;

/** How a browser keeps its key: for itself, and from every script and every other site. */
const sessionKeyCookie = (site: Site) =>
  ({
    path: '/api',
    httpOnly: true,
    sameSite: 'strict',
    secure: site.origin.startsWith('https:'),
    maxAge: YEAR_S,
  }) as const;

type Answering = {
  readonly header: (name: string, value: string) => unknown;
  readonly setCookie: (name: string, value: string, options: ReturnType<typeof sessionKeyCookie>) => unknown;
};

/** The key goes to the browser with an answer that is kept by nobody. */
export const giveSessionKey = (reply: Answering, sessionKey: string, site: Site): void => {
  reply.header('cache-control', 'no-store');
  reply.setCookie(SESSION_KEY_COOKIE, sessionKey, sessionKeyCookie(site));
};

/** 32 random bytes as base64url. */
const KEY_FORMAT = /^[A-Za-z0-9_-]{43}$/;

/** The browser's session key, where the request carries a well-formed one. */
export const sessionKeyOf = (request: FastifyRequest): string | undefined => {
  const given = request.headers[SESSION_KEY_HEADER] ?? request.cookies[SESSION_KEY_COOKIE];
  return typeof given === 'string' && KEY_FORMAT.test(given) ? given : undefined;
};

export const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +([^\s,]{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1];

/** The visitor the guard let in. */
export const visitorOf = (request: FastifyRequest): Visitor => {
  if (!request.visitor)
    throw new Error(`${request.routeOptions.url} has no visitor: is its access declared?`);
  return request.visitor;
};

/** The operator the guard let in. */
export const operatorOf = (request: FastifyRequest): Operator => {
  if (!request.operator)
    throw new Error(`${request.routeOptions.url} has no operator: is its access declared?`);
  return request.operator;
};
