import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError, ServiceProvider } from './services.ts';

/** What a version and its history may take, packed, to be carried from one session to another. */
export const MAX_PACK_BYTES = 48 * 1024 * 1024;

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
  /**
   * A commit of that session and all it is made of, as a git pack. `commit_missing` where it was never pushed,
   * `code_too_large` where it is more than may be carried.
   */
  readonly pack: (of: {
    readonly slug: string;
    readonly sha: string;
    readonly signal: AbortSignal;
  }) => TaskEither<ProviderError, Uint8Array>;
  /**
   * Brings what the sandbox has pushed to where it is kept, where that is another place than the one `credential` leads
   * to: then the sandbox holds no credential of it at all. Doing it again changes nothing.
   */
  readonly mirror?: (pushed: {
    readonly slug: string;
    /** The commit that is `main` now. */
    readonly sha: string;
    readonly signal: AbortSignal;
  }) => TaskEither<ProviderError, void>;
};
