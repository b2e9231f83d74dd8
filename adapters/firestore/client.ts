import { randomUUID } from 'node:crypto';
import type { ServiceAccount } from 'firebase-admin/app';
import type { Firestore } from 'firebase-admin/firestore';

export type FirestoreOptions = {
  readonly projectId: string;
  /** Left out, the credentials of the machine (GOOGLE_APPLICATION_CREDENTIALS, or those of the cloud it runs in). */
  readonly serviceAccount?: ServiceAccount;
  /** `host:port` of an emulator, spoken to without TLS and without credentials. */
  readonly emulator?: string;
  /** A database other than `(default)`. */
  readonly databaseId?: string;
  /** Begins the names of the collections; `mk0r` unless told. */
  readonly prefix?: string;
};

export const DEFAULT_PREFIX = 'mk0r';

/** An emulator asks for none; without any, the library would go and look for those of the machine, over the network. */
const NOBODY = { client_email: 'nobody@emulator', private_key: 'none' };

export type OpenFirestore = { readonly db: Firestore; readonly close: () => Promise<void> };

/** Imported on first use: the Firestore half of firebase-admin costs 200 ms of a start. */
export const openFirestore = async (options: FirestoreOptions): Promise<OpenFirestore> => {
  const { projectId, serviceAccount, emulator, databaseId = '(default)' } = options;
  const [{ cert, deleteApp, initializeApp }, { getFirestore }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/firestore'),
  ]);
  const credential = serviceAccount === undefined ? {} : { credential: cert(serviceAccount) };
  const app = initializeApp({ projectId, ...credential }, `mk0r-firestore-${randomUUID()}`);
  const db = getFirestore(app, databaseId);
  if (emulator !== undefined)
    db.settings({
      host: emulator,
      ssl: false,
      customHeaders: { Authorization: 'Bearer owner' },
      credentials: NOBODY,
    });
  return { db, close: () => deleteApp(app) };
};
