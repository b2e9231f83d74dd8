import type { TaskEither } from 'fp-ts/lib/TaskEither.js';

export type VaultError =
  | { readonly tag: 'VaultUnavailable'; readonly message: string }
  /** No space left: nothing was changed; what is there can still be read. */
  | { readonly tag: 'VaultFull'; readonly message: string };

/**
 * The only place where secret values live. Each session has its own 32-byte data key, wrapped by the master key;
 * values are AES-256-GCM under the data key with `session|name` as additional data, so that a ciphertext moved to
 * another session or name does not decrypt. Deleting the data key (`shred`) makes every value, and every personal
 * field of the session's events, unreadable for good.
 */
export type Vault = {
  /** Creates the session's data key if it has none; `false` from a shredded session, whose key never comes back. */
  readonly openSession: (sessionId: string) => TaskEither<VaultError, boolean>;
  /** The session's data key, `undefined` when shredded or never opened. Cached in memory by the adapter. */
  readonly dataKey: (sessionId: string) => TaskEither<VaultError, Uint8Array | undefined>;
  /** Stores several values at once, in one transaction. */
  readonly put: (sessionId: string, values: Readonly<Record<string, string>>) => TaskEither<VaultError, void>;
  /** Every value of the session by name; empty when shredded. */
  readonly all: (sessionId: string) => TaskEither<VaultError, Readonly<Record<string, string>>>;
  /**
   * Keeps bytes of some megabytes under the session's key, apart from the values: whoever reads those does not read these.
   * Refused like a value where the session has no key.
   */
  readonly putFile: (sessionId: string, name: string, bytes: Uint8Array) => TaskEither<VaultError, void>;
  /** `undefined` where there is none of that name, or the session was shredded. */
  readonly file: (sessionId: string, name: string) => TaskEither<VaultError, Uint8Array | undefined>;
  readonly fileNames: (sessionId: string) => TaskEither<VaultError, readonly string[]>;
  readonly remove: (sessionId: string, names: readonly string[]) => TaskEither<VaultError, void>;
  /** Deletes the key, every value and every file. Idempotent. */
  readonly shred: (sessionId: string) => TaskEither<VaultError, void>;
  /** HMAC-SHA-256 (hex) under the session's data key: what events carry where a digest of a secret is wanted. */
  readonly digest: (sessionId: string, content: string) => TaskEither<VaultError, string>;
};
