import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { ERASED } from '../../domain/envelope.ts';
import type { FieldCipher } from '../ports/field-cipher.ts';
import type { Vault } from '../ports/vault.ts';

type Held = {
  readonly key: Uint8Array;
  readonly values: Map<string, string>;
  readonly files: Map<string, Uint8Array>;
};

/** The vault's port kept in memory; passes the same contract suite as the adapters. */
export const createMemoryVault = (): Vault => {
  const sessions = new Map<string, Held>();
  const shredded = new Set<string>();
  const withSession = <A>(sessionId: string, use: (held: Held) => A) => {
    const held = sessions.get(sessionId);
    return held === undefined
      ? TE.left({ tag: 'VaultUnavailable', message: `There is no key for session ${sessionId}.` } as const)
      : TE.right(use(held));
  };
  return {
    openSession: (sessionId) => async () => {
      if (shredded.has(sessionId)) return { _tag: 'Right', right: false };
      if (!sessions.has(sessionId))
        sessions.set(sessionId, { key: randomBytes(32), values: new Map(), files: new Map() });
      return { _tag: 'Right', right: true };
    },
    dataKey: (sessionId) => async () => ({ _tag: 'Right', right: sessions.get(sessionId)?.key }),
    put: (sessionId, values) => () =>
      withSession(sessionId, (held) => {
        for (const [name, value] of Object.entries(values)) held.values.set(name, value);
      })(),
    all: (sessionId) => async () => ({
      _tag: 'Right',
      right: Object.fromEntries(sessions.get(sessionId)?.values ?? []),
    }),
    putFile: (sessionId, name, bytes) => () =>
      withSession(sessionId, ({ files }) => void files.set(name, Uint8Array.from(bytes)))(),
    file: (sessionId, name) => async () => ({
      _tag: 'Right',
      right: sessions.get(sessionId)?.files.get(name),
    }),
    fileNames: (sessionId) => async () => ({
      _tag: 'Right',
      right: [...(sessions.get(sessionId)?.files.keys() ?? [])].toSorted(),
    }),
    remove: (sessionId, names) => async () => {
      for (const name of names) sessions.get(sessionId)?.values.delete(name);
      return { _tag: 'Right', right: undefined };
    },
    shred: (sessionId) => async () => {
      sessions.delete(sessionId);
      shredded.add(sessionId);
      return { _tag: 'Right', right: undefined };
    },
    digest: (sessionId, content) => () =>
      withSession(sessionId, ({ key }) => createHmac('sha256', key).update(content).digest('hex'))(),
  };
};

/** AES-256-GCM with the context as additional data, like the adapter's, and nothing more. */
export const memoryCipher: FieldCipher = {
  encryptField: (dataKey, context, value) => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', dataKey, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([iv, cipher.update(JSON.stringify(value)), cipher.final()]);
    return Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64');
  },
  decryptField: (dataKey, context, stored) => {
    const bytes = Buffer.from(stored, 'base64');
    if (dataKey === undefined || bytes.length < 28) return ERASED;
    try {
      const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16));
      const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
      return JSON.parse(plain.toString('utf8'));
    } catch {
      return ERASED;
    }
  },
};
