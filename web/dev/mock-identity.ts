import { json, type Reply } from './mock-reply.ts';

/** A token that nobody verifies: the mock accepts every visitor. */
const token = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: 'u1', user_id: 'u1', iat: now, exp: now + 3600 })}.x`;
};

/** What the Firebase SDK asks of its emulator. */
export const identity = (path: string): Reply | undefined => {
  if (path.endsWith('accounts:signUp')) {
    return json({ idToken: token(), refreshToken: 'r', expiresIn: '3600', localId: 'u1' });
  }
  if (path.endsWith('accounts:lookup')) return json({ users: [{ localId: 'u1' }] });
  if (path.endsWith('/v1/token')) {
    return json({
      id_token: token(),
      access_token: token(),
      refresh_token: 'r',
      expires_in: '3600',
      user_id: 'u1',
    });
  }
  return undefined;
};
