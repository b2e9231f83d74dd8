import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Signer } from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';

export const OPERATOR_COOKIE = 'mk0r_operator';
const GOOD_FOR_MS = 12 * 60 * 60 * 1_000;

/** A sign-in of the operator's; `id` names it in the log and gives nothing away. */
export type SignIn = { readonly id: string; readonly until: number };

/** How an operator is known: by the token itself, or by a sign-in that was bought with it. */
export type Operator = { readonly by: 'token' } | ({ readonly by: 'cookie' } & SignIn);

export type Operators = {
  /** False where ADMIN_TOKEN is not set: then nobody is an operator. */
  readonly isEnabled: boolean;
  readonly isToken: (given: string) => boolean;
  /** A new sign-in, and the cookie that carries it. */
  readonly signIn: () => SignIn & { readonly cookie: string };
  /** The sign-in of a cookie that is ours, in time and not signed out. */
  readonly read: (cookie: string) => SignIn | undefined;
  readonly signOut: (signIn: SignIn) => void;
  /** A right once had is not a right kept: asked again by who stays connected. */
  readonly isStill: (operator: Operator) => boolean;
};

const FORMAT = /^([A-Za-z0-9_-]{22})\.(\d{13})$/;

/**
 * Sign-ins are signed rather than kept, so that a restart of the server signs nobody out. `key` depends on the token:
 * another ADMIN_TOKEN ends them all. A sign-out is remembered by this process until the cookie would have ended anyway.
 */
export const createOperators = (
  { adminToken, key }: { readonly adminToken?: string | undefined; readonly key: string },
  now: () => number = Date.now,
): Operators => {
  const signer = new Signer(key, 'sha256');
  const signedOut = new Map<string, number>();

  const isOver = ({ id, until }: SignIn): boolean => until <= now() || signedOut.has(id);

  const read = (cookie: string): SignIn | undefined => {
    const { valid, value } = signer.unsign(cookie);
    const [, id, until] = (valid && FORMAT.exec(value ?? '')) || [];
    if (id === undefined || until === undefined) return undefined;
    const signIn = { id, until: Number(until) };
    return isOver(signIn) ? undefined : signIn;
  };

  return {
    isEnabled: adminToken !== undefined,
    isToken: (given) => adminToken !== undefined && sameToken(given, adminToken),
    signIn: () => {
      const id = randomBytes(16).toString('base64url');
      const until = now() + GOOD_FOR_MS;
      return { id, until, cookie: signer.sign(`${id}.${until}`) };
    },
    read: (cookie) => (adminToken === undefined ? undefined : read(cookie)),
    signOut: ({ id, until }) => {
      for (const [other, end] of signedOut) if (end <= now()) signedOut.delete(other);
      signedOut.set(id, until);
    },
    isStill: (operator) => operator.by === 'token' || !isOver(operator),
  };
};

/** In constant time; digests first, because the comparison wants equal lengths. */
export const sameToken = (given: string, expected: string): boolean => {
  const [a, b] = [given, expected].map((token) => createHash('sha256').update(token).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
};

/** The sign-in a request carries, whatever it is worth. */
export const operatorCookieOf = (request: FastifyRequest): string | undefined =>
  request.cookies[OPERATOR_COOKIE];
