import type { FirestoreOptions } from '../../firestore/client.ts';
import { diagnoseFirestore } from '../../firestore/diagnose.ts';
import type { Diagnose } from '../../provider-api/diagnosis.ts';
import { fitsKeyCheck } from '../envelope.ts';

/** Whether a vault is there, or could be, and is that of this master key, where there is one already. */
export const diagnoseFirestoreVault = (
  options: FirestoreOptions,
  masterKey: Uint8Array | undefined,
): Diagnose =>
  diagnoseFirestore(options, {
    at: '_vault/key_check',
    says: (keyCheck) => (keyCheck === undefined ? 'no vault yet' : 'holds a vault'),
    warnings: (keyCheck) =>
      keyCheck === undefined || masterKey === undefined || fitsKeyCheck(masterKey, keyCheck.sealed)
        ? []
        : [
            'The vault was made with another master key: the server does not start. Set MK0R_MASTER_KEY to the key it was made with.',
          ],
  });
