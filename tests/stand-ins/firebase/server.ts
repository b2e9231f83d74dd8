import { createHash, generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { KEYS_PATH } from '../../../adapters/identity/firebase/origins.ts';
import { localIdentityPlugin } from '../../../adapters/identity/local/plugin.ts';
import { errorBody } from '../../../adapters/identity/local/refusal.ts';
import type { SigningKey } from '../../../adapters/identity/local/signing-key.ts';
import { idTokens } from '../../../adapters/identity/local/tokens.ts';
import { type Script, scripted } from '../scripted.ts';
import { memoryAccounts } from './accounts.ts';

export type FirebaseStandInOptions = {
  readonly projectId: string;
  /** The page's key. */
  readonly apiKey: string;
  /** Seconds for which keys may be kept; Google says some 20,000. */
  readonly keysMaxAge?: number;
  /** Domains beside the project's own. */
  readonly domains?: readonly string[];
};

export type FirebaseStandIn = Script & {
  /** What `FIREBASE_API_URL` is set to. */
  readonly url: string;
  /** What tokens are signed with. */
  readonly key: () => SigningKey;
  /** From now on tokens are signed with another key; the one before is still listed, as at Google. */
  readonly rotate: () => void;
  readonly close: () => Promise<void>;
};

const newKey = (): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const kid = createHash('sha256').update(publicPem).digest('hex').slice(0, 40);
  return { kid, privateKey, publicKey, publicPem };
};

/**
 * What Firebase answers the page's SDK, firebase-admin's verifier and `doctor`:
 * - accounts and tokens as the local issuer has them, whose shapes were read off the web SDK; its refusal of foreign
 *   pages is taken back, for Google answers every page;
 * - an API key on every call, else 403 and 400 `API_KEY_INVALID`: https://cloud.google.com/docs/authentication/api-keys;
 * - `GET /v1/projects`: https://cloud.google.com/identity-platform/docs/reference/rest/v1/TopLevel/getProjects;
 * - public keys by key id, `Cache-Control: max-age`: https://firebase.google.com/docs/auth/admin/verify-id-tokens.
 */
export const startFirebaseStandIn = async (options: FirebaseStandInOptions): Promise<FirebaseStandIn> => {
  const { projectId, keysMaxAge = 20_000, domains = [`${projectId}.firebaseapp.com`] } = options;
  const accounts = memoryAccounts();
  const keys = [newKey()];
  const current = (): SigningKey => keys.at(-1) ?? newKey();
  const server = fastify({ forceCloseConnections: true });
  const script = scripted(server);
  openToEveryPage(server);

  server.get(KEYS_PATH, async (_request, reply) =>
    reply
      .header('cache-control', `public, max-age=${keysMaxAge}, must-revalidate, no-transform`)
      .send(Object.fromEntries(keys.map(({ kid, publicPem }) => [kid, publicPem]))),
  );
  await server.register(async (keyed) => {
    keyed.addHook('onRequest', async (request, reply) => {
      const { key } = request.query as { readonly key?: string };
      if (key === options.apiKey || request.method === 'OPTIONS') return;
      return key === undefined
        ? reply.code(403).send(errorBody(403, 'The request is missing a valid API key.'))
        : reply.code(400).send(errorBody(400, 'API key not valid. Please pass a valid API key.'));
    });
    keyed.get('/identitytoolkit.googleapis.com/v1/projects', async () => ({
      projectId: '314159265358',
      authorizedDomains: ['localhost', ...domains],
    }));
    const tokens = {
      sign: (...account: Parameters<ReturnType<typeof idTokens>['sign']>) =>
        idTokens(projectId, current()).sign(...account),
      read: (token: string) => idTokens(projectId, current()).read(token),
    };
    await keyed.register(localIdentityPlugin({ projectId, accounts, tokens }));
  });

  await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...script,
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    key: current,
    rotate: () => void keys.push(newKey()),
    close: () => server.close(),
  };
};

/** CORS as Google grants it, and no `Origin` for the local issuer to take offence at. */
const openToEveryPage = (server: FastifyInstance): void => {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('access-control-allow-origin', request.headers.origin ?? '*');
    if (request.method === 'OPTIONS')
      return reply
        .headers({
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
        })
        .code(204)
        .send();
    delete request.headers.origin;
  });
  server.options('/*', async () => '');
};
