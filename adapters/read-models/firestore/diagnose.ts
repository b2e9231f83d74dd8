import type { FirestoreOptions } from '../../firestore/client.ts';
import { diagnoseFirestore } from '../../firestore/diagnose.ts';
import type { Diagnose } from '../../provider-api/diagnosis.ts';

export const diagnoseFirestoreViews = (options: FirestoreOptions): Diagnose =>
  diagnoseFirestore(options, {
    at: '_views_of/log',
    says: (log) => (log === undefined ? 'no views yet' : 'holds views'),
  });
