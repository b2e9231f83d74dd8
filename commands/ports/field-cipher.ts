import type { Json } from './event-store.ts';

/** Encrypts one value of an event under a session's data key, bound to where it stands. */
export type FieldCipher = {
  readonly encryptField: (dataKey: Uint8Array, context: string, value: Json) => string;
  /** `[erased]` where the key is gone or does not fit; never throws. */
  readonly decryptField: (dataKey: Uint8Array | undefined, context: string, stored: string) => Json;
};
