/** Where a project's visitors sign in. */
export type FirebaseOptions = {
  readonly projectId: string;
  /** The page's key; it identifies the project and is no secret. */
  readonly apiKey: string;
  /** An origin in the place of Google's: sign-in below the names of Google's hosts, keys under their own path. */
  readonly apiUrl?: string;
};

/** Public keys of the issuer of ID tokens, by key id: https://firebase.google.com/docs/auth/admin/verify-id-tokens. */
export const KEYS_PATH = '/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com';

/** The web SDK puts the names of Google's hosts in front of a path when it is pointed elsewhere. */
export const firebaseOrigins = (apiUrl: string | undefined) =>
  apiUrl === undefined
    ? { toolkit: 'https://identitytoolkit.googleapis.com', keys: 'https://www.googleapis.com' }
    : { toolkit: `${apiUrl}/identitytoolkit.googleapis.com`, keys: apiUrl };

/** What the page speaks to for signing in. */
export const signInOrigins = (apiUrl: string | undefined): readonly string[] =>
  apiUrl === undefined
    ? ['https://identitytoolkit.googleapis.com', 'https://securetoken.googleapis.com']
    : [apiUrl];
