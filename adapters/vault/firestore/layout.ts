import type { CollectionReference, DocumentReference, Firestore } from 'firebase-admin/firestore';
import { documentId } from '../../firestore/ids.ts';

/**
 * `<prefix>_vault/key_check` tells the master key; `<prefix>_vault_sessions/<session>` holds the wrapped data key as
 * `key`, or none once it was shredded: the document stays, so that the key is never made again. Values are `sealed` in
 * `<prefix>_vault_sessions/<session>/secrets`, a document each, so that values put at the same time do not contend.
 *
 * Files are sealed whole and kept in parts, since a document has 1 MiB at most
 * (https://firebase.google.com/docs/firestore/quotas): `<prefix>_vault_sessions/<session>/files/<name>.<number>`, of which the
 * first says how many there are.
 */
export type Layout = {
  readonly keyCheck: DocumentReference;
  readonly session: (sessionId: string) => DocumentReference;
  readonly secrets: (sessionId: string) => CollectionReference;
  readonly secret: (sessionId: string, name: string) => DocumentReference;
  readonly files: (sessionId: string) => CollectionReference;
  readonly filePart: (sessionId: string, name: string, number: number) => DocumentReference;
};

export const vaultLayout = (db: Firestore, prefix: string): Layout => {
  const session = (sessionId: string) => db.collection(`${prefix}_vault_sessions`).doc(documentId(sessionId));
  const secrets = (sessionId: string) => session(sessionId).collection('secrets');
  const files = (sessionId: string) => session(sessionId).collection('files');
  return {
    files,
    filePart: (sessionId, name, number) => files(sessionId).doc(documentId(`${name}.${number}`)),
    keyCheck: db.collection(`${prefix}_vault`).doc('key_check'),
    session,
    secrets,
    secret: (sessionId, name) => secrets(sessionId).doc(documentId(name)),
  };
};
