import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError, ServiceProvider } from './services.ts';

/** A credential for one repository, short-lived. Handed to the sandbox's credential helper; never in `.env` or argv. */
export type GitCredential = {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly expiresAt: string;
};

/** The `github` service: provisioning, and the credential with which its one repository is pushed to and cloned. */
export type RepositoryProvider = ServiceProvider & {
  readonly credential: (slug: string) => TaskEither<ProviderError, GitCredential>;
};
