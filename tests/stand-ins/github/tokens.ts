import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';

export type AppOptions = {
  readonly appId: string;
  readonly installationId: number;
  /** Of the installation; all that mk0r needs unless told. */
  readonly permissions?: Readonly<Record<string, string>>;
};

type Token = { readonly repositoryIds: readonly number[] | undefined; readonly expiresAt: number };

const HOUR = 3_600_000;

/**
 * A GitHub App and the tokens of its one installation. A token asked for with `repository_ids` opens those alone.
 * https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
export const appHalf = ({ appId, installationId }: AppOptions) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const tokens = new Map<string, Token>();

  /** GitHub takes a JWT of the App for ten minutes at most, signed RS256. */
  const isApp = async (jwt: string): Promise<boolean> => {
    const options = { issuer: appId, algorithms: ['RS256'], maxTokenAge: '11 minutes' };
    return jwtVerify(jwt, createPublicKey(publicKey), options).then(
      () => true,
      () => false,
    );
  };

  const issue = (repositoryIds: readonly number[] | undefined, permissions: unknown) => {
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    const expiresAt = Date.now() + HOUR;
    tokens.set(token, { repositoryIds, expiresAt });
    return {
      token,
      expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      permissions: permissions ?? { administration: 'write', contents: 'write', metadata: 'read' },
      repository_selection: repositoryIds === undefined ? 'all' : 'selected',
      ...(repositoryIds === undefined ? {} : { repositories: repositoryIds.map((id) => ({ id })) }),
    };
  };

  return {
    installationId,
    privateKey,
    isApp,
    issue,
    /** What the token is for; `undefined` where it is none (any more). */
    find: (token: string): Token | undefined => {
      const found = tokens.get(token);
      return found !== undefined && found.expiresAt > Date.now() ? found : undefined;
    },
  };
};
