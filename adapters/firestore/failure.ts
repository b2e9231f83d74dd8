import { DeadlinePassed } from '../provider-api/deadline.ts';
import { readable } from '../provider-api/readable.ts';

/** Codes of gRPC by which Firestore says what a caller can do about it: https://grpc.io/docs/guides/status-codes. */
export const GRPC = {
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export const grpcCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;

/** What an operator can do about it, and whether asking again may help. */
export type FirestoreTrouble = {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
};

const NEW_KEY =
  'Make a new key file (Firebase console, Project settings, Service accounts) and set FIREBASE_SERVICE_ACCOUNT to it; without one, GOOGLE_APPLICATION_CREDENTIALS has to name one, or the cloud this runs in has to give a service account.';

const refused = (message: string): FirestoreTrouble => ({ code: 'key_refused', message, retryable: false });

/**
 * Google's credentials are fetched within a call, whose error says so in words alone: `invalid_grant` for a key that was
 * deleted or a clock that is wrong, `Could not load the default credentials` or `ENOENT` where there is none
 * (google-auth-library).
 */
const CREDENTIALS =
  /invalid_grant|Could not load the default credentials|Could not refresh access token|ENOENT|does not exist, or it is not a file|invalid_client|DECODER routines/;

/** What went wrong, in words for an operator: never what was sent. */
export const firestoreTrouble = (error: unknown): FirestoreTrouble => {
  const words = error instanceof Error ? readable(error.message) : '';
  const code = grpcCodeOf(error);
  const unreached = { code: 'unreachable', message: 'Firestore could not be reached.', retryable: true };
  if (error instanceof DeadlinePassed) return { ...unreached, message: 'Firestore did not answer in time.' };
  if (code === GRPC.UNAUTHENTICATED || CREDENTIALS.test(words))
    return refused(`Google refused the credentials (${words}). ${NEW_KEY}`);
  if (code === GRPC.PERMISSION_DENIED)
    return /has not been used|is disabled/.test(words)
      ? refused(
          `The Firestore API is off in the project: create the database in the Firebase console. (${words})`,
        )
      : refused(
          'Firestore refused the service account: it needs the role Cloud Datastore User in the project of FIREBASE_PROJECT_ID.',
        );
  if (code === GRPC.NOT_FOUND)
    return refused(
      `The database is not there: create it in the Firebase console, in Native mode, or check FIREBASE_PROJECT_ID and FIRESTORE_DATABASE. (${words})`,
    );
  if (code === GRPC.FAILED_PRECONDITION && /Datastore Mode/i.test(words))
    return refused(
      'The database is in Datastore mode: Firestore in Native mode is needed. Create another, and set FIRESTORE_DATABASE.',
    );
  if (code === GRPC.UNAVAILABLE || code === GRPC.DEADLINE_EXCEEDED) return unreached;
  const message = words === '' ? 'Firestore failed without saying why.' : `Firestore: ${words}`;
  return { code: `grpc_${code ?? 'unknown'}`, message, retryable: true };
};

export const firestoreMessage = (error: unknown): string => firestoreTrouble(error).message;
