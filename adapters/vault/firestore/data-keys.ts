import type { DocumentSnapshot } from 'firebase-admin/firestore';
import { GRPC, grpcCodeOf } from '../../firestore/failure.ts';
import { newWrappedKey, unwrapKey } from '../envelope.ts';
import type { Layout } from './layout.ts';

/** 10,000 keys are some 2 MB; the whole cache goes when it is full, since one read brings a key back. */
const CACHED_KEYS = 10_000;
/** For so long a key that another server has shredded may be used here; every value and every put is asked anew. */
const CACHED_MS = 10_000;

type Cached = { readonly key: Promise<Uint8Array | undefined>; readonly until: number };

export const WHERE = 'the vault in Firestore';

/** Each session's data key, wrapped by the master key; unwrapped ones are kept in memory for a moment. */
export const firestoreDataKeys = (layout: Layout, masterKey: Uint8Array) => {
  const cache = new Map<string, Cached>();

  const keyIn = (sessionId: string, snapshot: DocumentSnapshot): Uint8Array | undefined => {
    const wrapped: unknown = snapshot.get('key');
    return wrapped instanceof Uint8Array ? unwrapKey(masterKey, sessionId, wrapped, WHERE) : undefined;
  };
  const read = async (sessionId: string) => keyIn(sessionId, await layout.session(sessionId).get());

  return {
    keyIn,
    read,
    /** `undefined` for a session that was never opened, or shredded. */
    find: async (sessionId: string): Promise<Uint8Array | undefined> => {
      const known = cache.get(sessionId);
      if (known !== undefined && known.until > performance.now()) return known.key;
      if (cache.size >= CACHED_KEYS) cache.clear();
      // The promise and not its key: a shred that comes while it is read takes it out, and it is not put back.
      const cached = { key: read(sessionId), until: performance.now() + CACHED_MS };
      cache.set(sessionId, cached);
      const forget = (): void => {
        if (cache.get(sessionId) === cached) cache.delete(sessionId);
      };
      const key = await cached.key.catch((error: unknown) => {
        forget();
        throw error;
      });
      if (key === undefined) forget();
      return key;
    },
    /** Makes the key of a session that has no document yet; of two who do so at once one wins. */
    create: async (sessionId: string): Promise<void> => {
      try {
        await layout.session(sessionId).create({ key: newWrappedKey(masterKey, sessionId) });
      } catch (error) {
        if (grpcCodeOf(error) !== GRPC.ALREADY_EXISTS) throw error;
      }
    },
    /** The key's end; the session's document stays without one. */
    erase: async (sessionId: string): Promise<void> => {
      cache.delete(sessionId);
      await layout.session(sessionId).set({ shredded: true });
      cache.delete(sessionId);
    },
  };
};
