import { randomUUID } from 'node:crypto';
import type { Auth, DecodedIdToken } from 'firebase-admin/auth';
import { pipe } from 'fp-ts/lib/function.js';
import { map, type TaskEither, tryCatch } from 'fp-ts/lib/TaskEither.js';
import { DeadlinePassed, withDeadline } from '../provider-api/deadline.ts';
import { certsAgent } from './certs-agent.ts';
import { keysAgent } from './firebase/keys-agent.ts';

export type Identity = { readonly uid: string; readonly anonymous: boolean };

/**
 * `expired`: get a fresh one and come back. `keys_unavailable`: the issuer's keys could not be fetched, so that
 * nothing is known about the token - a 503 and not a 401. `invalid`: everything else.
 */
export type TokenRefused = {
  readonly tag: 'TokenRefused';
  readonly reason: 'expired' | 'invalid' | 'keys_unavailable';
};

export type TokenVerifier = (idToken: string) => TaskEither<TokenRefused, Identity>;

export type TokenVerifierOptions = {
  readonly projectId: string;
  /** Keys of the local issuer; left out, Google's are fetched. */
  readonly localCerts?: () => Promise<Readonly<Record<string, string>>>;
  /** Origin to fetch keys from in the place of Google's. */
  readonly keysAt?: string;
  /** `process.env`, unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Ours are under 1 KB; Firebase allows 1,000 bytes of custom claims on top. */
const TOKEN_MAX = 8_192;
/** firebase-admin sets no timeout when it fetches keys. */
const DEADLINE_MS = 10_000;
/** How far the issuer's clock may be ahead of ours. */
const CLOCK_SKEW_S = 300;

/** Imported on first use: firebase-admin costs 90 ms of a start. */
const adminAuth = async ({ projectId, localCerts, keysAt }: TokenVerifierOptions): Promise<Auth> => {
  const [{ initializeApp }, { getAuth }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/auth'),
  ]);
  const httpAgent =
    localCerts !== undefined ? certsAgent(localCerts) : keysAt !== undefined ? keysAgent(keysAt) : undefined;
  const agent = httpAgent === undefined ? {} : { httpAgent };
  return getAuth(initializeApp({ projectId, ...agent }, `mk0r-identity-${randomUUID()}`));
};

/**
 * "Must be in the past": https://firebase.google.com/docs/auth/admin/verify-id-tokens, on `iat` and `auth_time`.
 * firebase-admin 13 looks at neither.
 */
const notOfTheFuture = (token: DecodedIdToken): DecodedIdToken => {
  const latest = Date.now() / 1_000 + CLOCK_SKEW_S;
  if (!(token.iat <= latest && token.auth_time <= latest)) throw new Error('The token is of the future.');
  return token;
};

/** The server does not start with it; the message says what to do. */
export class EmulatorRefused extends Error {
  override readonly name = 'EmulatorRefused';
}

/**
 * Verifies Firebase ID tokens with the real `firebase-admin`, those of the local issuer and Google's alike.
 * Throws `EmulatorRefused` where FIREBASE_AUTH_EMULATOR_HOST is set: firebase-admin would then believe unsigned tokens.
 */
export const createTokenVerifier = (options: TokenVerifierOptions): TokenVerifier => {
  const { FIREBASE_AUTH_EMULATOR_HOST: emulator } = options.env ?? process.env;
  if (emulator !== undefined && emulator !== '')
    throw new EmulatorRefused(
      'FIREBASE_AUTH_EMULATOR_HOST is set: unsigned tokens would be believed. Unset it; the embedded issuer needs no emulator.',
    );
  let auth: Promise<Auth> | undefined;
  const verify = async (idToken: string): Promise<DecodedIdToken> => {
    if (idToken.length > TOKEN_MAX) throw new Error('The token is too long.');
    auth ??= adminAuth(options);
    return notOfTheFuture(await withDeadline((await auth).verifyIdToken(idToken), DEADLINE_MS));
  };
  return (idToken) =>
    pipe(
      tryCatch(() => verify(idToken), tokenRefused),
      map(({ uid, firebase }) => ({ uid, anonymous: firebase.sign_in_provider === 'anonymous' })),
    );
};

/** Every fault firebase-admin 13 finds in a token itself is reported in a sentence that begins so. */
const ABOUT_THE_TOKEN = /^(Firebase ID token|Decoding Firebase ID token)/;

const whyRefused = (error: unknown): TokenRefused['reason'] => {
  if (error instanceof DeadlinePassed) return 'keys_unavailable';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'auth/id-token-expired') return 'expired';
  const aboutKeys =
    code === 'auth/argument-error' && error instanceof Error && !ABOUT_THE_TOKEN.test(error.message);
  return aboutKeys ? 'keys_unavailable' : 'invalid';
};

const tokenRefused = (error: unknown): TokenRefused => ({ tag: 'TokenRefused', reason: whyRefused(error) });
