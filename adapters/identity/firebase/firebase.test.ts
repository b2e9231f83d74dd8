import { deleteApp, type FirebaseApp, initializeApp } from 'firebase/app';
import {
  type Auth,
  connectAuthEmulator,
  initializeAuth,
  inMemoryPersistence,
  signInAnonymously,
} from 'firebase/auth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FirebaseStandIn, startFirebaseStandIn } from '../../../tests/stand-ins/firebase/server.ts';
import { tokenVerifierContract } from '../token-verifier.contract.ts';
import { createTokenVerifier } from '../verify.ts';
import { diagnoseFirebase } from './diagnose.ts';
import { KEYS_PATH } from './origins.ts';

const projectId = 'apps-of-ann';
const apiKey = 'AIzaSyStandInStandInStandInStandInStand';

/** The page's SDK, as a page would have it. */
const page = (options: { projectId: string; apiKey: string; apiUrl?: string }) => {
  const app: FirebaseApp = initializeApp(options, crypto.randomUUID());
  const auth: Auth = initializeAuth(app, { persistence: inMemoryPersistence });
  if (options.apiUrl !== undefined) connectAuthEmulator(auth, options.apiUrl, { disableWarnings: true });
  return { auth, close: () => deleteApp(app) };
};

tokenVerifierContract('a Firebase project', async () => {
  const firebase = await startFirebaseStandIn({ projectId, apiKey });
  return {
    projectId,
    verify: createTokenVerifier({ projectId, keysAt: firebase.url, env: {} }),
    key: firebase.key(),
    dispose: firebase.close,
  };
});

describe('sign-in at Firebase', () => {
  let firebase: FirebaseStandIn;
  const closing: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    firebase = await startFirebaseStandIn({ projectId, apiKey, keysMaxAge: 0 });
    closing.push(firebase.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const verifier = () => createTokenVerifier({ projectId, keysAt: firebase.url, env: {} });
  const signedIn = async () => {
    const { auth, close } = page({ projectId, apiKey, apiUrl: firebase.url });
    closing.push(close);
    return (await signInAnonymously(auth)).user;
  };
  const keyFetches = () => firebase.asked().filter(({ path }) => path === KEYS_PATH).length;

  test("a visitor of the page's SDK is believed, also with a fresh token", async () => {
    const user = await signedIn();
    const verify = verifier();
    const right = { uid: user.uid, anonymous: true };
    expect(await verify(await user.getIdToken())()).toMatchObject({ right });
    expect(await verify(await user.getIdToken(true))()).toMatchObject({ right });
  });

  test('a page with a wrong API key signs nobody in', async () => {
    const { auth, close } = page({ projectId, apiKey: 'wrong', apiUrl: firebase.url });
    closing.push(close);
    await expect(signInAnonymously(auth)).rejects.toMatchObject({ code: /^auth\// });
  });

  test('tokens under a new key are believed once the old keys have run out', async () => {
    const user = await signedIn();
    const verify = verifier();
    expect(await verify(await user.getIdToken())()).toMatchObject({ _tag: 'Right' });
    firebase.rotate();
    expect(await verify(await user.getIdToken(true))()).toMatchObject({ right: { uid: user.uid } });
  });

  test('keys are fetched once for as long as they are good', async () => {
    const lasting = await startFirebaseStandIn({ projectId, apiKey });
    closing.push(lasting.close);
    firebase = lasting;
    const user = await signedIn();
    const verify = verifier();
    for (let time = 0; time < 3; time += 1) await verify(await user.getIdToken())();
    expect(keyFetches()).toBe(1);
  });

  test('a token is not blamed when the keys cannot be had, and is believed once they can', async () => {
    const user = await signedIn();
    const verify = verifier();
    // A 503 firebase-admin asks again by itself.
    firebase.next([{ status: 500, body: 'away' }], ({ path }) => path === KEYS_PATH);
    const token = await user.getIdToken();
    expect(await verify(token)()).toMatchObject({ left: { reason: 'keys_unavailable' } });
    expect(await verify(token)()).toMatchObject({ right: { uid: user.uid } });
  });

  describe('is examined', () => {
    const examined = (options: { apiKey?: string; projectId?: string; apiUrl?: string } = {}) =>
      diagnoseFirebase({ projectId, apiKey, apiUrl: firebase.url, ...options })(
        AbortSignal.timeout(20_000),
      )();

    test('without making an account', async () => {
      expect(await examined()).toMatchObject({
        right: { identity: 'project apps-of-ann (314159265358)', warnings: [] },
      });
      expect(firebase.asked().map(({ method }) => method)).toEqual(['GET', 'GET']);
    });

    test('and a wrong API key is named, and not repeated', async () => {
      const refused = await examined({ apiKey: 'AIzaWrong' });
      expect(refused).toMatchObject({ left: { code: 'key_refused' } });
      expect(JSON.stringify(refused)).toMatch(/FIREBASE_API_KEY/);
      expect(JSON.stringify(refused)).not.toMatch(/AIzaWrong/);
    });

    test('and a key of another project is suspected', async () => {
      expect(await examined({ projectId: 'apps-of-bob' })).toMatchObject({
        right: { warnings: [expect.stringContaining('FIREBASE_PROJECT_ID')] },
      });
    });

    test('and Firebase that is away is said to be', async () => {
      expect(await examined({ apiUrl: 'http://127.0.0.1:1' })).toMatchObject({
        left: { code: 'provider_unreachable' },
      });
    });
  });
});

const { MK0R_CONTRACT_LIVE: live, FIREBASE_PROJECT_ID: liveProject, FIREBASE_API_KEY: liveKey } = process.env;
if (live === '1' && liveProject && liveKey) {
  describe('sign-in at Firebase itself', () => {
    test('a visitor is believed, a changed token is not, and the account is gone again', async () => {
      const { auth, close } = page({ projectId: liveProject, apiKey: liveKey });
      const verify = createTokenVerifier({ projectId: liveProject });
      const { user } = await signInAnonymously(auth);
      const token = await user.getIdToken();
      expect(await verify(token)()).toMatchObject({ right: { uid: user.uid, anonymous: true } });
      const [head, payload] = token.split('.');
      expect(await verify(`${head}.${payload}.AAAA`)()).toMatchObject({ left: { reason: 'invalid' } });
      await user.delete();
      await close();
    });
  });
}
