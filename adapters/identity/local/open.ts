import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { openAccounts } from './accounts.ts';
import { localIdentityPlugin } from './plugin.ts';
import { loadSigningKey } from './signing-key.ts';
import { idTokens } from './tokens.ts';

export type LocalIdentity = {
  /** Register at the root of the main server, without a prefix. */
  readonly plugin: FastifyPluginAsync;
  /** Public keys by key id (SPKI PEM), for `createTokenVerifier({ localCerts })`. */
  readonly certs: () => Promise<Readonly<Record<string, string>>>;
  readonly close: () => void;
};

/**
 * The embedded issuer of anonymous identities, in place of Firebase: `identity-key.pem` and `identity.db` in `folder`.
 * Throws, naming the file, where one of them cannot be used.
 */
export const openLocalIdentity = async (options: {
  readonly folder: string;
  readonly projectId: string;
}): Promise<LocalIdentity> => {
  const { folder, projectId } = options;
  const key = await loadSigningKey(join(folder, 'identity-key.pem'));
  const accounts = openAccounts(join(folder, 'identity.db'));
  return {
    plugin: localIdentityPlugin({ projectId, accounts, tokens: idTokens(projectId, key) }),
    certs: async () => ({ [key.kid]: key.publicPem }),
    close: accounts.close,
  };
};
