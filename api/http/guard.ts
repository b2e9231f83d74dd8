import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { Application } from '../application.ts';
import type { Config } from '../config.ts';
import { type Access, bearerOf, sessionKeyOf, type VerifyToken, type Visitor } from './access.ts';
import { ProblemError } from './problem.ts';

export type GuardOptions = {
  readonly app: Pick<Application, 'access'>;
  readonly verifyToken: VerifyToken;
  readonly tokens: Pick<Config, 'adminToken' | 'poolAdminToken'>;
};

/**
 * The one place where a request is let in. It runs before the body is read, for every route of the scope it is
 * registered in, and a route that does not declare its `access` keeps the server from starting.
 */
export const guard = (server: FastifyInstance, { app, verifyToken, tokens }: GuardOptions): void => {
  server.decorateRequest('visitor', undefined);

  server.addHook('onRoute', ({ url, config }) => {
    if (config?.access === undefined) throw new Error(`the route ${url} must declare its access`);
    if ((config.access === 'session') !== url.includes('/sessions/:id')) {
      throw new Error(`the route ${url} must be of access 'session' exactly if it names a session`);
    }
  });

  const visitor = async (request: FastifyRequest): Promise<Visitor> => {
    const token = bearerOf(request);
    if (token === undefined) throw unauthorized('token_missing', 'Send a Firebase ID token as bearer token.');
    const verified = await verifyToken(token)();
    if (isLeft(verified))
      throw unauthorized('token_refused', `The token is refused: ${verified.left.reason}.`);
    request.visitor = verified.right;
    return verified.right;
  };

  const session = async (request: FastifyRequest): Promise<void> => {
    const { uid } = await visitor(request);
    const { id } = request.params as { readonly id: string };
    const access = await app.access(id, uid, sessionKeyOf(request));
    if (access === 'not_found') throw sessionNotFound();
    if (access === 'wrong_key') {
      throw unauthorized(
        'session_key_wrong',
        "The session's key is missing or not the one it was made with.",
      );
    }
  };

  const operator = (request: FastifyRequest, expected: string): void => {
    const token = bearerOf(request);
    if (token === undefined) throw unauthorized('token_missing', 'Send the token as bearer token.');
    if (!sameToken(token, expected)) throw unauthorized('token_refused', 'The token is not the right one.');
  };

  const checks: Readonly<Record<Access, (request: FastifyRequest) => Promise<unknown>>> = {
    public: async () => undefined,
    visitor,
    session,
    operator: async (request) => {
      if (tokens.adminToken === undefined) {
        throw new ProblemError(403, 'operator_disabled', 'Set ADMIN_TOKEN to use the operator routes.');
      }
      operator(request, tokens.adminToken);
    },
    pool: async (request) => {
      if (tokens.poolAdminToken !== undefined) operator(request, tokens.poolAdminToken);
    },
    metrics: async (request) => {
      if (tokens.adminToken !== undefined) operator(request, tokens.adminToken);
    },
  };

  server.addHook('onRequest', async (request) => {
    // Only requests that match no route have no declared access; they end in the not-found handler.
    await checks[request.routeOptions.config.access ?? 'public'](request);
  });
};

/** One answer for a session that does not exist and one that is somebody else's. */
export const sessionNotFound = (): ProblemError =>
  new ProblemError(404, 'session_not_found', 'There is no such session, or it is not yours.');

const unauthorized = (code: string, detail: string): ProblemError =>
  new ProblemError(401, code, detail, { 'www-authenticate': 'Bearer' });

/** In constant time; digests first, because the comparison wants equal lengths. */
const sameToken = (given: string, expected: string): boolean => {
  const [a, b] = [given, expected].map((token) => createHash('sha256').update(token).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
};
