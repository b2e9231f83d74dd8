import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { Application } from '../application.ts';
import type { Config } from '../config.ts';
import { type Access, bearerOf, sessionKeyOf, type VerifyToken, type Visitor } from './access.ts';
import { type Operators, operatorCookieOf, sameToken } from './operators.ts';
import { ProblemError } from './problem.ts';

export type GuardOptions = {
  readonly app: Pick<Application, 'access'>;
  readonly verifyToken: VerifyToken;
  readonly tokens: Pick<Config, 'poolAdminToken'>;
  readonly operators: Operators;
  /** The only `Origin` whose pages may change something with an operator's cookie. */
  readonly origin: () => string;
};

/**
 * The one place where a request is let in. It runs before the body is read, for every route of the scope it is
 * registered in, and a route that does not declare its `access` keeps the server from starting.
 */
export const guard = (server: FastifyInstance, options: GuardOptions): void => {
  const { app, verifyToken, tokens, operators } = options;
  server.decorateRequest('visitor', undefined);
  server.decorateRequest('operator', undefined);

  server.addHook('onRoute', ({ url, config }) => {
    if (config?.access === undefined) throw new Error(`the route ${url} must declare its access`);
    if ((config.access === 'session') !== url.startsWith('/api/sessions/:id')) {
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

  const holderOf = (request: FastifyRequest, expected: string): void => {
    const token = bearerOf(request);
    if (token === undefined) throw unauthorized('token_missing', 'Send the token as bearer token.');
    if (!sameToken(token, expected)) throw unauthorized('token_refused', 'The token is not the right one.');
  };

  /** An `Authorization` header is what counts; only where there is none does the cookie a browser sends unasked. */
  const operator = (request: FastifyRequest): void => {
    if (!operators.isEnabled) throw operatorDisabled();
    const cookie = operatorCookieOf(request);
    if (request.headers.authorization === undefined && cookie !== undefined) {
      signedIn(request, cookie);
      return;
    }
    const token = bearerOf(request);
    if (token === undefined)
      throw unauthorized('token_missing', 'Sign in, or send the token as bearer token.');
    if (!operators.isToken(token)) throw unauthorized('token_refused', 'The token is not the right one.');
    request.operator = { by: 'token' };
  };

  const signedIn = (request: FastifyRequest, cookie: string): void => {
    const signIn = operators.read(cookie);
    if (signIn === undefined)
      throw unauthorized('operator_signed_out', 'The sign-in is over. Sign in again.');
    // A preview is of the same site where it has a name of its own: `SameSite` does not keep its requests out.
    if (!SAFE.has(request.method)) requireOrigin(request, options.origin());
    request.operator = { by: 'cookie', ...signIn };
  };

  const checks: Readonly<Record<Access, (request: FastifyRequest) => Promise<unknown>>> = {
    public: async () => undefined,
    visitor,
    session,
    operator: async (request) => operator(request),
    live: async (request) => {
      const token = bearerOf(request);
      const isOperator =
        token === undefined ? operatorCookieOf(request) !== undefined : operators.isToken(token);
      return isOperator ? operator(request) : visitor(request);
    },
    pool: async (request) => {
      if (tokens.poolAdminToken !== undefined) holderOf(request, tokens.poolAdminToken);
    },
    metrics: async (request) => {
      if (operators.isEnabled) operator(request);
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

export const operatorDisabled = (): ProblemError =>
  new ProblemError(
    403,
    'operator_disabled',
    'This server has no operator: set ADMIN_TOKEN in its environment or its .env file, to the output of `openssl rand -base64 33` for example, and start it again.',
  );

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Browsers say which page a request comes from, and no page can say it is another. */
export const requireOrigin = (request: FastifyRequest, expected: string): void => {
  if (request.headers.origin !== expected)
    throw new ProblemError(403, 'origin_refused', `Only the page at ${expected} may ask for that.`);
};

export const unauthorized = (code: string, detail: string): ProblemError =>
  new ProblemError(401, code, detail, { 'www-authenticate': 'Bearer' });
