import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../tests/stand-ins/firestore/server.ts';
import { diagnoseFirestoreViews } from '../read-models/firestore/diagnose.ts';
import { diagnoseFirestoreVault } from '../vault/firestore/diagnose.ts';
import { openFirestoreVault } from '../vault/firestore/open.ts';

/** The client asks three times where a read is refused, which takes seconds: the tests wait together. */
describe.concurrent('Firestore is examined', () => {
  const masterKey = randomBytes(32);

  const inFirestore = async (
    work: (
      firestore: FirestoreStandIn,
      options: { readonly projectId: string; readonly emulator: string },
    ) => Promise<void>,
  ): Promise<void> => {
    const firestore = await startFirestoreStandIn();
    await work(firestore, { projectId: 'apps-of-ann', emulator: firestore.host }).finally(firestore.close);
  };
  const signal = (): AbortSignal => AbortSignal.timeout(30_000);

  test('by reading one document and a deletion that cannot happen, and is left as it is', () =>
    inFirestore(async (firestore, options) => {
      expect(await diagnoseFirestoreVault(options, masterKey)(signal())()).toMatchObject({
        right: {
          identity: 'project apps-of-ann, an emulator',
          limits: expect.stringContaining('no vault yet'),
          warnings: [],
        },
      });
      expect(firestore.asked()).toEqual(['BatchGetDocuments', 'Commit']);
      expect(firestore.documents()).toEqual([]);
    }));

  test.each([
    ['a service account that may not read', 'BatchGetDocuments', 'PERMISSION_DENIED', 'Cloud Datastore User'],
    ['a service account that may read and not write', 'Commit', 'PERMISSION_DENIED', 'Cloud Datastore User'],
    ['a key that Google no longer takes', 'BatchGetDocuments', 'UNAUTHENTICATED', 'FIREBASE_SERVICE_ACCOUNT'],
    ['a database that is not there', 'BatchGetDocuments', 'NOT_FOUND', 'FIRESTORE_DATABASE'],
  ] as const)('and %s is named, with what to do', (_what, method, code, advice) =>
    inFirestore(async (firestore, options) => {
      firestore.fail(method, code, { times: 3 });
      expect(await diagnoseFirestoreViews(options)(signal())()).toMatchObject({
        left: { code: 'key_refused', retryable: false, message: expect.stringContaining(advice) },
      });
    }),
  );

  test('and a vault of another master key is told of, before a server refuses to start', () =>
    inFirestore(async (_firestore, options) => {
      const vault = rightOf(await openFirestoreVault({ ...options, masterKey }));
      await vault.close();
      expect(await diagnoseFirestoreVault(options, masterKey)(signal())()).toMatchObject({
        right: { warnings: [] },
      });
      expect(await diagnoseFirestoreVault(options, randomBytes(32))(signal())()).toMatchObject({
        right: { warnings: [expect.stringContaining('MK0R_MASTER_KEY')] },
      });
    }));
});
