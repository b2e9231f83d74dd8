import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { operatorDisabled, requireOrigin, unauthorized } from '../guard.ts';
import { OPERATOR_COOKIE, operatorCookieOf } from '../operators.ts';
import { OperatorSessionSchema, SignInBody } from '../schemas/operator-session.ts';
import { answers, type RouteContext } from './context.ts';

/** How an operator signs in on the page: ADMIN_TOKEN once, then a cookie no script can read. */
export const operatorSessionRoutes =
  ({ operators, site }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    const cookie = () =>
      ({
        path: '/api',
        httpOnly: true,
        sameSite: 'strict',
        secure: site().origin.startsWith('https:'),
      }) as const;

    server.post(
      '/api/operator/session',
      {
        config: { access: 'public' },
        preHandler: (request) => server.limits.operatorSignIn(request),
        schema: {
          summary: 'Sign in as the operator, for twelve hours',
          description: 'Ten attempts a minute from an address. 403 where ADMIN_TOKEN is not set.',
          tags: ['operator'],
          body: SignInBody,
          response: answers({ 200: OperatorSessionSchema }),
        },
      },
      async (request, reply) => {
        if (!operators.isEnabled) throw operatorDisabled();
        if (request.headers.origin !== undefined) requireOrigin(request, site().origin);
        if (!operators.isToken(request.body.token)) {
          request.log.warn({}, 'somebody tried to sign in as the operator with a wrong token');
          throw unauthorized('token_refused', 'The token is not the right one.');
        }
        const { id, until, cookie: value } = operators.signIn();
        request.log.info({ signIn: id }, 'the operator signed in');
        const expires = new Date(until);
        return reply
          .header('cache-control', 'no-store')
          .setCookie(OPERATOR_COOKIE, value, { ...cookie(), expires })
          .send({ signedIn: true, expiresAt: expires.toISOString() });
      },
    );

    server.get(
      '/api/operator/session',
      {
        config: { access: 'public' },
        schema: {
          summary: 'Whether this browser is signed in as the operator',
          tags: ['operator'],
          response: answers({ 200: OperatorSessionSchema }),
        },
      },
      async (request, reply) => {
        if (!operators.isEnabled) throw operatorDisabled();
        reply.header('cache-control', 'no-store');
        const signIn = operators.read(operatorCookieOf(request) ?? '');
        return signIn === undefined
          ? { signedIn: false as const }
          : { signedIn: true as const, expiresAt: new Date(signIn.until).toISOString() };
      },
    );

    server.delete(
      '/api/operator/session',
      {
        config: { access: 'public' },
        schema: {
          summary: 'Sign out',
          tags: ['operator'],
          response: answers({ 204: Type.Null() }),
        },
      },
      async (request, reply) => {
        const signIn = operators.read(operatorCookieOf(request) ?? '');
        if (signIn !== undefined) {
          requireOrigin(request, site().origin);
          operators.signOut(signIn);
          request.log.info({ signIn: signIn.id }, 'the operator signed out');
        }
        return reply.code(204).clearCookie(OPERATOR_COOKIE, cookie()).send(null);
      },
    );
  };
