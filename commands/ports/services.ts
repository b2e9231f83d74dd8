import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';

/**
 * Why a call to a provider (or to the sandbox) did not do what was asked.
 * `code` is stable and snake_case; `message` is for a person and never holds a secret.
 * `retryAfterMs` is the provider's own wish (`Retry-After`), where it gave one. `detail` is what a program in the sandbox
 * printed: words of somebody else, kept as the session's own words are.
 */
export type ProviderError = {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly detail?: string;
  readonly retryAfterMs?: number;
};

/** What a session asks a provider for. `slug` is 12 characters of [a-z0-9] and unique to the session. */
export type ProvisionRequest = {
  readonly sessionId: string;
  readonly slug: string;
  /** Aborts the call when the attempt's deadline passes. */
  readonly signal: AbortSignal;
  /** Nobody has asked for this session's before, as the log says: there is nothing to adopt, and no need to look. */
  readonly isFirst?: boolean;
  /** What the log says the session has: of several of the name, the one to keep. */
  readonly resourceId?: string;
};

/**
 * What exists after a successful provision.
 * `facts` may be published (they go into the event); `env` holds the secret values and goes to the vault only.
 */
export type Provisioned = {
  readonly resourceId: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Kept in the vault as well and handed to nobody: what a relay of ours calls the service with. */
  readonly kept?: Readonly<Record<string, string>>;
};

export type ListedResource = {
  readonly resourceId: string;
  readonly name: string;
  readonly slug: string;
  /** Only a copy on this server: something to be released, and no sign that the provider has what it is a copy of. */
  readonly isCopy?: true;
};

/**
 * One backend service. `provision` is adopt-or-create: names are deterministic (`mk0r-<slug>`), so calling it again
 * after a lost response leaves exactly one live resource. `release` of something already gone succeeds.
 */
export type ServiceProvider = {
  readonly service: ServiceName;
  /** `embedded`, or the cloud service's own name. */
  readonly provider: string;
  /**
   * How many may provision, and how many release, at the same time; any number, where left out. Who waits for a place has
   * not begun, and no deadline of theirs runs.
   */
  readonly atOnce?: number;
  readonly provision: (request: ProvisionRequest) => TaskEither<ProviderError, Provisioned>;
  readonly release: (request: ProvisionRequest) => TaskEither<ProviderError, void>;
  /** Ends one of several of the same name, which only a provider with names that are not unique can have. */
  readonly releaseOne?: (
    of: Pick<ListedResource, 'resourceId' | 'name'> & { readonly signal: AbortSignal },
  ) => TaskEither<ProviderError, void>;
  /**
   * Every resource of ours at the provider (by name and marker), for the janitor: what is not in the list does not exist.
   * Fails with `not_listable` where the provider makes nothing of its own for a session.
   */
  readonly list: (signal: AbortSignal) => TaskEither<ProviderError, readonly ListedResource[]>;
};
