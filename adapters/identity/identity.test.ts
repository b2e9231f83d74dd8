import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app';
import {
  type Auth,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  initializeAuth,
  inMemoryPersistence,
  signInAnonymously,
  signInWithCustomToken,
} from 'firebase/auth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalIdentity, openLocalIdentity } from './local/open.ts';
import { loadSigningKey } from './local/signing-key.ts';
import { tokenVerifierContract } from './token-verifier.contract.ts';
import { createTokenVerifier, type TokenVerifier } from './verify.ts';

const projectId = 'mk0r-local';

describe('local identity', () => {
  let folder: string;
  let identity: LocalIdentity;
  let server: FastifyInstance;
  let origin: string;
  let page: FirebaseApp;
  let auth: Auth;
  let verify: TokenVerifier;

  const start = async (): Promise<void> => {
    identity = await openLocalIdentity({ folder, projectId });
    server = fastify({ forceCloseConnections: true });
    await server.register(identity.plugin);
    origin = await server.listen({ host: '127.0.0.1', port: 0 });
    page = initializeApp({ projectId, apiKey: 'local' }, crypto.randomUUID());
    auth = initializeAuth(page, { persistence: inMemoryPersistence });
    connectAuthEmulator(auth, origin, { disableWarnings: true });
    verify = createTokenVerifier({ projectId, localCerts: identity.certs, env: {} });
  };
  const stop = async (): Promise<void> => {
    await deleteApp(page);
    await server.close();
    identity.close();
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mk0r-identity-'));
    await start();
  });
  afterEach(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });

  describe('signs a visitor in with the unmodified firebase SDK', () => {
    it('without asking for anything, so that the real firebase-admin believes it', async () => {
      const { user } = await signInAnonymously(auth);
      expect(user.isAnonymous).toBe(true);
      expect(await verify(await user.getIdToken())()).toEqual({
        _tag: 'Right',
        right: { uid: user.uid, anonymous: true },
      });
    });

    it('and keeps them the same person when the token is refreshed and the page asks who they are', async () => {
      const { user } = await signInAnonymously(auth);
      const fresh = await user.getIdToken(true);
      await user.reload();
      expect(await verify(fresh)()).toMatchObject({ right: { uid: user.uid } });
      expect(user.metadata.creationTime).toBeDefined();
    });

    it('and knows them after a restart', async () => {
      const { user } = await signInAnonymously(auth);
      const { refreshToken } = user;
      await stop();
      await start();
      const response = await fetch(`${origin}/securetoken.googleapis.com/v1/token?key=local`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      });
      const { id_token: idToken, user_id: uid } = (await response.json()) as {
        id_token: string;
        user_id: string;
      };
      expect(uid).toBe(user.uid);
      expect(await verify(idToken)()).toMatchObject({ right: { uid } });
    });

    it('and forgets them when they delete their account', async () => {
      const { user } = await signInAnonymously(auth);
      const { refreshToken } = user;
      await user.delete();
      const response = await fetch(`${origin}/securetoken.googleapis.com/v1/token?key=local`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 400, message: 'INVALID_REFRESH_TOKEN' } });
    });
  });

  describe('refuses, in the words of Firebase,', () => {
    it('every other way to sign in', async () => {
      const refused = { code: 'auth/operation-not-allowed' };
      await expect(createUserWithEmailAndPassword(auth, 'ann@example.com', 'secret1')).rejects.toMatchObject(
        refused,
      );
      await expect(signInWithCustomToken(auth, 'x.y.z')).rejects.toMatchObject(refused);
    });

    it('pages of other origins, and gives them no CORS', async () => {
      const signUp = (from: string) =>
        fetch(`${origin}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local`, {
          method: 'POST',
          body: '{"returnSecureToken":true}',
          headers: { 'content-type': 'application/json', origin: from },
        });
      expect((await signUp(origin)).status).toBe(200);
      for (const foreign of ['http://aaaaaaaaaaaa.preview.localhost:3000', 'null']) {
        const response = await signUp(foreign);
        expect(response.status).toBe(403);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    });

    it('a token of nobody, and a body that is none', async () => {
      const lookup = async (body: string) => {
        const response = await fetch(
          `${origin}/identitytoolkit.googleapis.com/v1/accounts:lookup?key=local`,
          {
            method: 'POST',
            body,
            headers: { 'content-type': 'application/json' },
          },
        );
        return ((await response.json()) as { error: { message: string } }).error.message;
      };
      expect(await lookup('{"idToken":"a.b.c"}')).toBe('INVALID_ID_TOKEN');
      expect(await lookup('{}')).toBe('MISSING_ID_TOKEN');
      expect(await lookup('{"idToken":')).toContain('JSON');
    });
  });

  it('keeps its key for itself, and of a refresh token only the digest', async () => {
    const { user } = await signInAnonymously(auth);
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
      expect((await readFile(join(folder, name))).includes(user.refreshToken)).toBe(false);
    }
  });

  it('does not start on a damaged key, which it names and leaves alone', async () => {
    const file = join(folder, 'other.pem');
    await writeFile(file, 'not a key');
    await expect(loadSigningKey(file)).rejects.toThrow(file);
    expect(await readFile(file, 'utf8')).toBe('not a key');
  });

  describe('the verifier', () => {
    it('does not blame the token when the keys cannot be had', async () => {
      const { user } = await signInAnonymously(auth);
      const blind = createTokenVerifier({
        projectId,
        localCerts: () => Promise.reject(new Error('away')),
        env: {},
      });
      expect(await blind(await user.getIdToken())()).toEqual({
        _tag: 'Left',
        left: { tag: 'TokenRefused', reason: 'keys_unavailable' },
      });
    });

    it('refuses to work where the Firebase emulator is configured, for that believes unsigned tokens', () => {
      const env = { FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9099' };
      expect(() => createTokenVerifier({ projectId, env })).toThrow('FIREBASE_AUTH_EMULATOR_HOST');
    });
  });
});

tokenVerifierContract('the local issuer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mk0r-identity-'));
  const identity = await openLocalIdentity({ folder, projectId });
  return {
    projectId,
    verify: createTokenVerifier({ projectId, localCerts: identity.certs, env: {} }),
    key: await loadSigningKey(join(folder, 'identity-key.pem')),
    dispose: async () => {
      identity.close();
      await rm(folder, { recursive: true });
    },
  };
});
