import * as Either from 'fp-ts/lib/Either.js';
import type { Vault } from '../../../commands/ports/vault.ts';
import { DEFAULT_PREFIX, type FirestoreOptions, openFirestore } from '../../firestore/client.ts';
import { firestoreMessage, GRPC, grpcCodeOf } from '../../firestore/failure.ts';
import { withDeadline } from '../../provider-api/deadline.ts';
import { KEY_BYTES } from '../aes-gcm.ts';
import { fitsKeyCheck, newKeyCheck } from '../envelope.ts';
import { type Layout, vaultLayout } from './layout.ts';
import { vaultIn } from './vault.ts';

export type FirestoreVaultError = {
  readonly tag: 'WrongMasterKey' | 'VaultUnreachable' | 'NotItsVault';
  readonly message: string;
};

type OpenedVault = Either.Either<FirestoreVaultError, Vault & { readonly close: () => Promise<void> }>;

const DEADLINE_MS = 20_000;

const WRONG_KEY: FirestoreVaultError = {
  tag: 'WrongMasterKey',
  message:
    'The vault in Firestore was made with another master key. Nothing was changed. Set MK0R_MASTER_KEY to the key it ' +
    'was made with; several servers on one project need the same.',
};

type Asked = {
  readonly masterKey: Uint8Array;
  readonly mayBegin?: (() => Promise<string | undefined>) | undefined;
};

/** What is against opening it with `masterKey`, if anything. The first key a vault meets becomes its key. */
const objection = async (
  { keyCheck }: Layout,
  { masterKey, mayBegin = async () => undefined }: Asked,
): Promise<FirestoreVaultError | undefined> => {
  const fits = (sealed: unknown) => (fitsKeyCheck(masterKey, sealed) ? undefined : WRONG_KEY);
  const known = await keyCheck.get();
  if (known.exists) return fits(known.get('sealed'));
  const whyNot = await mayBegin();
  if (whyNot !== undefined) return { tag: 'NotItsVault', message: whyNot };
  try {
    await keyCheck.create({ sealed: newKeyCheck(masterKey) });
    return undefined;
  } catch (error) {
    // Another server came first; its key counts.
    if (grpcCodeOf(error) !== GRPC.ALREADY_EXISTS) throw error;
    return fits((await keyCheck.get()).get('sealed'));
  }
};

/**
 * The vault in Firestore, with the envelope of the embedded one. What is shredded can be read in Firestore's own
 * history for another hour, or seven days where point-in-time recovery is on, and then needs the master key as well:
 * https://firebase.google.com/docs/firestore/pitr.
 */
export const openFirestoreVault = async (
  options: FirestoreOptions & {
    readonly masterKey: Uint8Array;
    /** Asked where Firestore holds no vault yet, before one is begun: the reason not to, if there is one. */
    readonly mayBegin?: () => Promise<string | undefined>;
  },
): Promise<OpenedVault> => {
  const { masterKey } = options;
  if (masterKey.length !== KEY_BYTES) return Either.left(WRONG_KEY);
  const { db, close } = await openFirestore(options);
  const layout = vaultLayout(db, options.prefix ?? DEFAULT_PREFIX);
  try {
    const against = await withDeadline(objection(layout, options), DEADLINE_MS);
    if (against === undefined) return Either.right({ ...vaultIn(db, layout, masterKey), close });
    await close();
    return Either.left(against);
  } catch (error) {
    await close();
    return Either.left({ tag: 'VaultUnreachable', message: firestoreMessage(error) });
  }
};
