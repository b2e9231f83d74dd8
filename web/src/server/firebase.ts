import { initializeApp } from 'firebase/app';
import {
  type Auth,
  browserLocalPersistence,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
  inMemoryPersistence,
  signInAnonymously,
} from 'firebase/auth';
import type { Config } from './types.ts';

export type Visitor = { readonly token: (fresh: boolean) => Promise<string> };

/** `initializeAuth` instead of `getAuth` leaves the popup and redirect code out of the bundle. */
const authFor = (config: Config): Auth => {
  const auth = initializeAuth(initializeApp(config.firebase), {
    persistence: [indexedDBLocalPersistence, browserLocalPersistence, inMemoryPersistence],
  });
  if (config.authEmulatorUrl !== undefined) {
    connectAuthEmulator(auth, config.authEmulatorUrl, { disableWarnings: true });
  }
  return auth;
};

/** The visitor this browser already is, or a new anonymous one. */
export const signIn = async (config: Config): Promise<Visitor> => {
  const auth = authFor(config);
  await auth.authStateReady();
  const user = async () => auth.currentUser ?? (await signInAnonymously(auth)).user;
  await user();
  return { token: async (fresh) => (await user()).getIdToken(fresh) };
};
