/** Any text as a document's id, which holds no slash and is not `.`, `..` or `__x__`: https://firebase.google.com/docs/firestore/quotas. */
export const documentId = (text: string): string => `n_${Buffer.from(text, 'utf8').toString('base64url')}`;
