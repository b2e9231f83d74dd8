import type { CollectionReference, Firestore } from 'firebase-admin/firestore';
import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import type { Vault, VaultError } from '../../../commands/ports/vault.ts';
import { firestoreMessage } from '../../firestore/failure.ts';
import { withDeadline } from '../../provider-api/deadline.ts';
import { digestUnder, openFile, openValue, sealFile, sealValue } from '../envelope.ts';
import { firestoreDataKeys, WHERE } from './data-keys.ts';
import type { Layout } from './layout.ts';

/** The client goes on trying for ten minutes; whoever asks for a secret does not wait that long. */
const DEADLINE_MS = 20_000;
/** Writes in one commit; the classic limit of Firestore. */
const MOST_WRITES = 500;

/** Of a file, in one document: below the 1 MiB it may have with all its fields. */
const PART_BYTES = 900_000;

/** A refusal of the vault itself, in its own words. */
class Refused extends Error {}

const toVaultError = (error: unknown): VaultError => ({
  tag: 'VaultUnavailable',
  message: error instanceof Refused ? error.message : firestoreMessage(error),
});

const doing = <A>(work: () => Promise<A>): TaskEither.TaskEither<VaultError, A> =>
  TaskEither.tryCatch(() => withDeadline(work(), DEADLINE_MS), toVaultError);

const present = (key: Uint8Array | undefined): Uint8Array => {
  if (key === undefined) throw new Refused('this session has no data key: it was forgotten, or never opened');
  return key;
};

/** The vault in an open Firestore, with the master key it was made with. */
export const vaultIn = (db: Firestore, layout: Layout, masterKey: Uint8Array): Vault => {
  const keys = firestoreDataKeys(layout, masterKey);

  const deleteAll = async (collection: CollectionReference): Promise<void> => {
    const { docs } = await collection.select().limit(MOST_WRITES).get();
    if (docs.length === 0) return;
    const batch = db.batch();
    for (const { ref } of docs) batch.delete(ref);
    await batch.commit();
    await deleteAll(collection);
  };

  return {
    openSession: (sessionId) =>
      doing(async () => {
        const known = await keys.find(sessionId);
        if (known === undefined) await keys.create(sessionId);
        return (await keys.find(sessionId)) !== undefined;
      }),
    dataKey: (sessionId) => doing(() => keys.find(sessionId)),
    put: (sessionId, values) =>
      doing(() =>
        // In a transaction with the key, or a value could arrive after its session was shredded.
        db.runTransaction(async (transaction) => {
          const key = present(keys.keyIn(sessionId, await transaction.get(layout.session(sessionId))));
          for (const [name, value] of Object.entries(values)) {
            const sealed = sealValue(key, sessionId, name, value);
            transaction.set(layout.secret(sessionId, name), { name, sealed });
          }
        }),
      ),
    all: (sessionId) =>
      doing(async () => {
        const [key, { docs }] = await Promise.all([keys.read(sessionId), layout.secrets(sessionId).get()]);
        if (key === undefined) return {};
        const named = docs.map((doc) => [String(doc.get('name')), doc.get('sealed')] as const);
        return Object.fromEntries(
          named.map(([name, sealed]) => [name, openValue(key, sessionId, name, sealed, WHERE)]),
        );
      }),
    putFile: (sessionId, name, bytes) =>
      doing(() =>
        db.runTransaction(async (transaction) => {
          const key = present(keys.keyIn(sessionId, await transaction.get(layout.session(sessionId))));
          const sealed = sealFile(key, sessionId, name, bytes);
          const parts = Math.ceil(sealed.length / PART_BYTES);
          for (let number = 0; number < parts; number += 1) {
            const part = sealed.subarray(number * PART_BYTES, (number + 1) * PART_BYTES);
            const first = number === 0 ? { name, parts } : {};
            transaction.set(layout.filePart(sessionId, name, number), { ...first, sealed: part });
          }
        }),
      ),
    file: (sessionId, name) =>
      doing(async () => {
        const [key, first] = await Promise.all([
          keys.read(sessionId),
          layout.filePart(sessionId, name, 0).get(),
        ]);
        if (key === undefined || !first.exists) return undefined;
        const numbers = Array.from({ length: Number(first.get('parts')) - 1 }, (_, index) => index + 1);
        const rest = await Promise.all(
          numbers.map((number) => layout.filePart(sessionId, name, number).get()),
        );
        const sealed = [first, ...rest].map((part): unknown => part.get('sealed'));
        const whole = sealed.every((part) => part instanceof Uint8Array) ? Buffer.concat(sealed) : undefined;
        return openFile(key, sessionId, name, whole, WHERE);
      }),
    fileNames: (sessionId) =>
      doing(async () => {
        const { docs } = await layout.files(sessionId).select('name').get();
        const names = docs.map((doc): unknown => doc.get('name'));
        return names.filter((name) => typeof name === 'string').toSorted();
      }),
    remove: (sessionId, names) =>
      doing(async () => {
        const batch = db.batch();
        for (const name of names) batch.delete(layout.secret(sessionId, name));
        await batch.commit();
      }),
    shred: (sessionId) =>
      doing(async () => {
        // The key first: with it every value is gone, whatever keeps the rest from being deleted.
        await keys.erase(sessionId);
        await deleteAll(layout.secrets(sessionId));
        await deleteAll(layout.files(sessionId));
      }),
    digest: (sessionId, content) =>
      doing(async () => digestUnder(present(await keys.find(sessionId)), content)),
  };
};
