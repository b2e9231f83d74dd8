import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Account, Accounts } from './accounts.ts';
import { AuthRefusal, errorBody, onlyAnonymous } from './refusal.ts';
import { type IdTokens, TOKEN_LIFETIME_S } from './tokens.ts';

const BODY_LIMIT = 16_384;
const TOOLKIT = '/identitytoolkit.googleapis.com';

const withIdToken = z.object({ idToken: z.string().min(1) });
const refreshRequest = z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string().min(1) });

/** The page is served from here and nobody else has business signing visitors in: no CORS, and no foreign `Origin`. */
const sameOriginOnly = async (request: FastifyRequest): Promise<void> => {
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== request.host)
    throw new AuthRefusal('PERMISSION_DENIED : Sign-in is open to the page of this server only.', 403);
};

/**
 * What the unmodified `firebase` 12 web SDK calls after `connectAuthEmulator(auth, <this origin>)`, for anonymous
 * accounts: `accounts:signUp`, `accounts:lookup`, `accounts:delete` and the exchange of refresh tokens. Every other
 * way to sign in is refused as Firebase refuses a method that is switched off. (`::` is the router's way to write
 * one colon.)
 */
export const localIdentityPlugin =
  (options: {
    readonly projectId: string;
    readonly accounts: Accounts;
    readonly tokens: IdTokens;
  }): FastifyPluginAsync =>
  async (server) => {
    const { projectId, accounts, tokens } = options;
    readJsonAndForms(server);
    server.addHook('onRequest', sameOriginOnly);
    server.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'local identity failed a request');
      const message = status >= 500 ? 'INTERNAL_ERROR' : error.message;
      return reply.code(status).header('cache-control', 'no-store').send(errorBody(status, message));
    });

    const accountOf = async (body: unknown): Promise<Account> => {
      const parsed = withIdToken.safeParse(body);
      if (!parsed.success) throw new AuthRefusal('MISSING_ID_TOKEN');
      const read = await tokens.read(parsed.data.idToken);
      if (typeof read === 'string') throw new AuthRefusal(read);
      const account = accounts.byUid(read.uid);
      if (account === undefined) throw new AuthRefusal('USER_NOT_FOUND');
      return account;
    };

    server.post(`${TOOLKIT}/v1/accounts::signUp`, async ({ body }, reply) => {
      const fields = Object.keys(z.record(z.string(), z.unknown()).catch({}).parse(body));
      if (['email', 'password', 'phoneNumber', 'idToken'].some((field) => fields.includes(field)))
        throw onlyAnonymous();
      const { account, refreshToken } = accounts.create();
      return reply.header('cache-control', 'no-store').send({
        kind: 'identitytoolkit#SignupNewUserResponse',
        localId: account.uid,
        idToken: await tokens.sign(account),
        refreshToken,
        expiresIn: String(TOKEN_LIFETIME_S),
      });
    });

    server.post(`${TOOLKIT}/v1/accounts::lookup`, async ({ body }) => {
      const { uid, createdMs, refreshedMs } = await accountOf(body);
      return {
        kind: 'identitytoolkit#GetAccountInfoResponse',
        users: [
          {
            localId: uid,
            createdAt: String(createdMs),
            lastLoginAt: String(createdMs),
            lastRefreshAt: new Date(refreshedMs).toISOString(),
          },
        ],
      };
    });

    server.post(`${TOOLKIT}/v1/accounts::delete`, async ({ body }) => {
      accounts.remove((await accountOf(body)).uid);
      return { kind: 'identitytoolkit#DeleteAccountResponse' };
    });

    server.all(`${TOOLKIT}/*`, async () => {
      throw onlyAnonymous();
    });

    server.post('/securetoken.googleapis.com/v1/token', async ({ body }, reply) => {
      const parsed = refreshRequest.safeParse(body);
      if (!parsed.success) throw new AuthRefusal('MISSING_REFRESH_TOKEN');
      const account = accounts.refresh(parsed.data.refresh_token);
      if (account === undefined) throw new AuthRefusal('INVALID_REFRESH_TOKEN');
      const idToken = await tokens.sign(account);
      return reply.header('cache-control', 'no-store').send({
        access_token: idToken,
        id_token: idToken,
        refresh_token: parsed.data.refresh_token,
        expires_in: String(TOKEN_LIFETIME_S),
        token_type: 'Bearer',
        user_id: account.uid,
        project_id: projectId,
      });
    });
  };

/** identitytoolkit is spoken to in JSON, securetoken in forms. */
const readJsonAndForms = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers();
  const limit = { parseAs: 'string', bodyLimit: BODY_LIMIT } as const;
  server.addContentTypeParser('application/json', limit, server.getDefaultJsonParser('error', 'error'));
  server.addContentTypeParser('application/x-www-form-urlencoded', limit, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
};
