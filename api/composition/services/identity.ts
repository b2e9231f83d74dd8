import type { FastifyPluginAsync } from 'fastify';
import { signInOrigins } from '../../../adapters/identity/firebase/origins.ts';
import { openLocalIdentity } from '../../../adapters/identity/local/open.ts';
import { createTokenVerifier, type TokenVerifier } from '../../../adapters/identity/verify.ts';
import type { CloudServices } from '../../config/services.ts';
import type { PublicIdentity } from '../../http/routes/context.ts';
import { type PartOptions, partFolder } from './part.ts';

/** Who says who a visitor is: this server, or a Firebase project. */
export type IdentityPart = {
  readonly provider: 'embedded' | 'firebase';
  /** What the page needs to sign a visitor in. */
  readonly page: PublicIdentity;
  readonly verifyToken: TokenVerifier;
  /** What the public server answers for it. */
  readonly plugin: FastifyPluginAsync | undefined;
  readonly close: () => unknown;
};

const LOCAL_PROJECT = 'mk0r-local';

export const startIdentity = (options: PartOptions): Promise<IdentityPart> => {
  const { firebase } = options.config.services;
  return firebase === undefined ? embedded(options) : atFirebase(firebase);
};

const embedded = async (options: PartOptions): Promise<IdentityPart> => {
  const projectId = LOCAL_PROJECT;
  const identity = await openLocalIdentity({ folder: partFolder(options, 'identity'), projectId });
  return {
    provider: 'embedded',
    page: {
      firebase: { apiKey: projectId, projectId, authDomain: new URL(options.publicUrl).host },
      signIn: 'here',
    },
    verifyToken: createTokenVerifier({ projectId, localCerts: identity.certs }),
    plugin: identity.plugin,
    close: identity.close,
  };
};

const atFirebase = async ({
  projectId,
  apiKey,
  authDomain,
  apiUrl,
}: NonNullable<CloudServices['firebase']>): Promise<IdentityPart> => ({
  provider: 'firebase',
  page: {
    firebase: { apiKey, projectId, authDomain },
    signIn: signInOrigins(apiUrl),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  },
  verifyToken: createTokenVerifier({ projectId, ...(apiUrl === undefined ? {} : { keysAt: apiUrl }) }),
  plugin: undefined,
  close: () => undefined,
});
