import { errors, jwtVerify, SignJWT } from 'jose';
import type { Account } from './accounts.ts';
import type { SigningKey } from './signing-key.ts';

/** Firebase's own lifetime of an ID token, in seconds. */
export const TOKEN_LIFETIME_S = 3_600;

export type IdTokens = {
  readonly sign: (account: Account) => Promise<string>;
  /** The uid of a token of ours, or why it is none. */
  readonly read: (token: string) => Promise<{ readonly uid: string } | 'TOKEN_EXPIRED' | 'INVALID_ID_TOKEN'>;
};

/**
 * ID tokens of anonymous accounts with the claims that Firebase puts into them
 * (https://firebase.google.com/docs/auth/admin/verify-id-tokens), so that its own verifier takes them.
 */
export const idTokens = (projectId: string, key: SigningKey): IdTokens => {
  const issuer = `https://securetoken.google.com/${projectId}`;
  return {
    sign: ({ uid, createdMs }) =>
      new SignJWT({
        provider_id: 'anonymous',
        auth_time: Math.floor(createdMs / 1_000),
        user_id: uid,
        firebase: { identities: {}, sign_in_provider: 'anonymous' },
      })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(projectId)
        .setSubject(uid)
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_LIFETIME_S}s`)
        .sign(key.privateKey),
    read: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key.publicKey, {
          algorithms: ['RS256'],
          issuer,
          audience: projectId,
        });
        return payload.sub === undefined ? 'INVALID_ID_TOKEN' : { uid: payload.sub };
      } catch (error) {
        return error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'INVALID_ID_TOKEN';
      }
    },
  };
};
