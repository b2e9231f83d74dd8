/** Any text as a document's id, which holds no slash and is not `.`, `..` or `__x__`: https://firebase.google.com/docs/firestore/quotas. */
export const documentId = (text: string): string => `n_${Buffer.from(text, 'utf8').toString('base64url')}`;

/** The text of an id that `documentId` has made. */
export const textOfId = (id: string): string =>
  Buffer.from(id.slice('n_'.length), 'base64url').toString('utf8');
