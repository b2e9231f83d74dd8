import { generateKeyPairSync } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SigningKey } from './local/signing-key.ts';
import type { TokenVerifier } from './verify.ts';

/** A verifier to be judged, and the key its issuer signs with. */
export type MakeTokenVerifier = () => Promise<{
  readonly projectId: string;
  readonly verify: TokenVerifier;
  readonly key: SigningKey;
  readonly dispose: () => Promise<void>;
}>;

const now = () => Math.floor(Date.now() / 1_000);
const HOUR_S = 3_600;
const refused = (reason: string) => ({ _tag: 'Left', left: { tag: 'TokenRefused', reason } });

/** Which ID tokens are believed, whoever issues them: https://firebase.google.com/docs/auth/admin/verify-id-tokens. */
export const tokenVerifierContract = (name: string, make: MakeTokenVerifier): void => {
  describe(`the verifier of ${name}`, () => {
    let made: Awaited<ReturnType<MakeTokenVerifier>>;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(() => made.dispose());

    const claims = (): JWTPayload => ({
      iss: `https://securetoken.google.com/${made.projectId}`,
      aud: made.projectId,
      sub: 'eve',
      iat: now(),
      exp: now() + HOUR_S,
      auth_time: now(),
      firebase: { identities: {}, sign_in_provider: 'anonymous' },
    });
    const signed = (change: JWTPayload = {}, header: { kid?: string } = {}): Promise<string> =>
      new SignJWT({ ...claims(), ...change })
        .setProtectedHeader({ alg: 'RS256', kid: made.key.kid, ...header })
        .sign(made.key.privateKey);
    const emulated = { iss: 'https://securetoken.google.com/demo-project', aud: 'demo-project' };

    test('believes a token of its issuer, again and again', async () => {
      const believed = { right: { uid: 'eve', anonymous: true } };
      expect(await made.verify(await signed())()).toMatchObject(believed);
      expect(await made.verify(await signed())()).toMatchObject(believed);
    });

    test('tells who signed in with more than nothing', async () => {
      const firebase = { identities: {}, sign_in_provider: 'google.com' };
      expect(await made.verify(await signed({ firebase }))()).toMatchObject({ right: { anonymous: false } });
    });

    test('allows for an issuer whose clock is a little ahead', async () => {
      const soon = now() + 30;
      expect(await made.verify(await signed({ iat: soon, auth_time: soon }))()).toMatchObject({
        right: { uid: 'eve' },
      });
    });

    test('asks for a fresh one when it has expired', async () => {
      const old = await signed({ iat: now() - 2 * HOUR_S, exp: now() - HOUR_S });
      expect(await made.verify(old)()).toEqual(refused('expired'));
    });

    test.each([
      ['for another project', () => signed({ aud: 'somebody-else' })],
      ['of another project altogether', () => signed({ iss: emulated.iss, aud: emulated.aud })],
      ['of another issuer', () => signed({ iss: 'https://evil.example' })],
      ['for our project and another', () => signed({ aud: [made.projectId, 'somebody-else'] })],
      ['of nobody', () => signed({ sub: '' })],
      [
        'that names nobody',
        () => new SignJWT(without(claims(), 'sub')).setProtectedHeader(rs256()).sign(made.key.privateKey),
      ],
      ['of somebody with an endless name', () => signed({ sub: 'x'.repeat(129) })],
      ['made an hour from now', () => signed({ iat: now() + HOUR_S, exp: now() + 2 * HOUR_S })],
      ['of who will sign in an hour from now', () => signed({ auth_time: now() + HOUR_S })],
      ['that does not say when it was made for whom', () => signed({ auth_time: undefined })],
      ['under an unknown key id', () => signed({}, { kid: 'unknown' })],
      [
        'without a key id',
        () => new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(made.key.privateKey),
      ],
      [
        'signed with another key under our key id',
        () => {
          const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
          return new SignJWT(claims()).setProtectedHeader(rs256()).sign(privateKey);
        },
      ],
      [
        'signed with our public key as an HMAC secret',
        () =>
          new SignJWT(claims())
            .setProtectedHeader({ alg: 'HS256', kid: made.key.kid })
            .sign(Buffer.from(made.key.publicPem)),
      ],
      ['that is not signed at all', async () => new UnsecuredJWT(claims()).encode()],
      ['of the Firebase emulator', async () => new UnsecuredJWT({ ...claims(), ...emulated }).encode()],
      [
        'that is not signed, under our key id',
        async () => {
          const head = Buffer.from(JSON.stringify({ alg: 'none', kid: made.key.kid, typ: 'JWT' }));
          const payload = Buffer.from(JSON.stringify(claims()));
          return `${head.toString('base64url')}.${payload.toString('base64url')}.`;
        },
      ],
      [
        'that was tampered with',
        async () => {
          const [head, , signature] = (await signed()).split('.');
          const payload = Buffer.from(JSON.stringify({ ...claims(), sub: 'root' })).toString('base64url');
          return [head, payload, signature].join('.');
        },
      ],
      ['that is none', async () => 'not-a-token'],
      ['that is empty', async () => ''],
      ['without end', async () => `${await signed()}${'x'.repeat(10_000)}`],
    ])('refuses a token %s', async (_what, token) => {
      expect(await made.verify(await token())()).toEqual(refused('invalid'));
    });

    const rs256 = () => ({ alg: 'RS256', kid: made.key.kid });
  });
};

const without = ({ ...claims }: JWTPayload, name: string): JWTPayload => {
  delete claims[name];
  return claims;
};
