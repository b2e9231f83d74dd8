import * as E from 'fp-ts/lib/Either.js';
import type { Json } from '../../../commands/ports/event-store.ts';
import type { FieldCipher } from '../../../commands/ports/field-cipher.ts';
import type { Vault, VaultError } from '../../../commands/ports/vault.ts';
import { ERASED } from '../../../domain/envelope.ts';
import type { Faults } from '../faults.ts';

type Held = {
  readonly key: Uint8Array;
  readonly values: Map<string, string>;
  readonly files: Map<string, Uint8Array>;
};
type Answer<A> = Promise<E.Either<VaultError, A>>;

const UNAVAILABLE: VaultError = { tag: 'VaultUnavailable', message: 'The vault does not answer.' };
const FULL: VaultError = { tag: 'VaultFull', message: 'No space left.' };

/** The vault's port in memory, its keys numbered instead of drawn: nothing here is to be kept from anybody. */
export const createSimulatedVault = (faults: Faults) => {
  const sessions = new Map<string, Held>();
  const shredded = new Set<string>();
  let keys = 0;

  const newKey = (): Uint8Array => {
    keys += 1;
    return new Uint8Array(new Uint32Array(8).fill(keys).buffer);
  };

  const reading =
    <A>(read: () => E.Either<VaultError, A>) =>
    async (): Answer<A> =>
      faults.strikes('vault-unavailable') ? E.left(UNAVAILABLE) : read();

  const writing =
    <A>(write: () => E.Either<VaultError, A>) =>
    async (): Answer<A> => {
      if (faults.strikes('vault-full')) return E.left(FULL);
      return faults.strikes('vault-unavailable') ? E.left(UNAVAILABLE) : write();
    };

  const held = (sessionId: string): E.Either<VaultError, Held> => {
    const session = sessions.get(sessionId);
    return session === undefined ? E.left(UNAVAILABLE) : E.right(session);
  };

  const store = ({ values: kept }: Held, values: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(values)) kept.set(name, value);
  };

  const storeFile = (files: Map<string, Uint8Array>, name: string, bytes: Uint8Array): void => {
    files.set(name, bytes);
  };

  const vault: Vault = {
    openSession: (sessionId) =>
      writing(() => {
        if (shredded.has(sessionId)) return E.right(false);
        if (!sessions.has(sessionId))
          sessions.set(sessionId, { key: newKey(), values: new Map(), files: new Map() });
        return E.right(true);
      }),
    dataKey: (sessionId) => reading(() => E.right(sessions.get(sessionId)?.key)),
    put: (sessionId, values) =>
      writing(() => E.map((session: Held) => store(session, values))(held(sessionId))),
    all: (sessionId) => reading(() => E.right(Object.fromEntries(sessions.get(sessionId)?.values ?? []))),
    putFile: (sessionId, name, bytes) =>
      writing(() => E.map(({ files }: Held) => storeFile(files, name, bytes))(held(sessionId))),
    file: (sessionId, name) => reading(() => E.right(sessions.get(sessionId)?.files.get(name))),
    fileNames: (sessionId) => reading(() => E.right([...(sessions.get(sessionId)?.files.keys() ?? [])])),
    remove: (sessionId, names) =>
      writing(() => {
        for (const name of names) sessions.get(sessionId)?.values.delete(name);
        return E.right(undefined);
      }),
    shred: (sessionId) =>
      writing(() => {
        sessions.delete(sessionId);
        shredded.add(sessionId);
        return E.right(undefined);
      }),
    digest: (sessionId, content) =>
      reading(() => E.map(({ key }: Held) => scrambled(key, content.slice(0, 32)))(held(sessionId))),
  };

  return {
    vault,
    valuesOf: (sessionId: string): ReadonlyMap<string, string> | undefined => sessions.get(sessionId)?.values,
    keyOf: (sessionId: string): Uint8Array | undefined => sessions.get(sessionId)?.key,
  };
};

export type SimulatedVault = ReturnType<typeof createSimulatedVault>;

/** Nothing anybody could read by accident; with the key's number in front. */
const scrambled = (key: Uint8Array, text: string): string =>
  `${key[0]}.${Buffer.from(text).toString('base64')}`;

/** Bound to its key and to where it stands, and nothing more than that. */
export const simulatedCipher: FieldCipher = {
  encryptField: (key, context, value) => scrambled(key, JSON.stringify([context, value])),
  decryptField: (key, context, stored) => {
    const [owner, text = ''] = stored.split('.');
    if (key === undefined || owner !== String(key[0])) return ERASED;
    const [where, value] = JSON.parse(Buffer.from(text, 'base64').toString()) as [string, Json];
    return where === context ? value : ERASED;
  },
};
