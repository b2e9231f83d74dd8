import type { Firestore } from 'firebase-admin/firestore';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { withDeadline } from '../provider-api/deadline.ts';
import type { Diagnose, Diagnosis } from '../provider-api/diagnosis.ts';
import { DEFAULT_PREFIX, type FirestoreOptions, openFirestore } from './client.ts';
import { firestoreTrouble, GRPC, grpcCodeOf } from './failure.ts';

const DEADLINE_MS = 15_000;

/** What is to be looked at in it: a document by its path below the prefix, and what it says that it is, or is not, there. */
export type Looked = {
  readonly at: string;
  readonly says: (fields: Readonly<Record<string, unknown>> | undefined) => string;
  /** Sentences about what was found. */
  readonly warnings?: (fields: Readonly<Record<string, unknown>> | undefined) => readonly string[];
};

/**
 * Whether the account may write, without writing: a deletion on condition that the document is there, which nobody ever
 * makes. Who may not write is refused before the condition is looked at.
 */
const mayWrite = async (db: Firestore, prefix: string): Promise<void> => {
  try {
    await db.doc(`${prefix}_doctor/never`).delete({ exists: true });
  } catch (error) {
    if (grpcCodeOf(error) !== GRPC.NOT_FOUND) throw error;
  }
};

const ask = async (
  { prefix = DEFAULT_PREFIX, ...options }: FirestoreOptions,
  { at, says, warnings = () => [] }: Looked,
): Promise<Diagnosis> => {
  const { db, close } = await openFirestore(options);
  const { projectId, serviceAccount, emulator } = options;
  try {
    const found = await withDeadline(db.doc(`${prefix}${at}`).get(), DEADLINE_MS);
    await withDeadline(mayWrite(db, prefix), DEADLINE_MS);
    const foreign = serviceAccount?.projectId !== undefined && serviceAccount.projectId !== projectId;
    return {
      identity: `project ${projectId}, ${emulator === undefined ? (serviceAccount?.clientEmail ?? 'credentials of this machine') : 'an emulator'}`,
      limits: `one write a second to a document; ${says(found.data())}`,
      warnings: [
        ...(foreign
          ? [
              `The service account is of the project ${serviceAccount.projectId}, and FIREBASE_PROJECT_ID is ${projectId}: check that both are meant.`,
            ]
          : []),
        ...warnings(found.data()),
      ],
    };
  } finally {
    await close();
  }
};

/** Whether the service account may read and write. Nothing is made or changed. */
export const diagnoseFirestore =
  (options: FirestoreOptions, looked: Looked): Diagnose =>
  () =>
    TE.tryCatch(() => ask(options, looked), firestoreTrouble);
