import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt } from 'drizzle-orm';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { db } from './db.ts';
import { accounts, signIns } from './tables/accounts.ts';

const COOKIE = 'signed_in';
const DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;

export const hash = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const newToken = (): string => randomBytes(32).toString('base64url');

export type Person = typeof accounts.$inferSelect;

/** Who asks, by the cookie of their browser. */
export async function personOf(c: Context): Promise<Person | undefined> {
  const token = getCookie(c, COOKIE);
  if (!token) return undefined;
  const notTooOld = gt(signIns.createdAt, new Date(Date.now() - DAYS * DAY_MS));
  const [row] = await db()
    .select({ person: accounts })
    .from(signIns)
    .innerJoin(accounts, eq(accounts.id, signIns.accountId))
    .where(and(eq(signIns.tokenHash, hash(token)), notTooOld));
  return row?.person;
}

/** Lets only those through who are signed in. */
export const signedIn = createMiddleware(async (c, next) => {
  if (!(await personOf(c))) throw new HTTPException(401, { message: 'Sign in first.' });
  await next();
});

export async function signIn(c: Context, email: string): Promise<void> {
  const set = { email };
  const [person] = await db()
    .insert(accounts)
    .values(set)
    .onConflictDoUpdate({ target: accounts.email, set })
    .returning();
  if (!person) throw new Error('the person was not stored');
  const token = newToken();
  await db()
    .insert(signIns)
    .values({ tokenHash: hash(token), accountId: person.id });
  // The app may be shown inside another site's frame, where only a partitioned cookie is kept.
  setCookie(c, COOKIE, token, {
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'None',
    partitioned: true,
    maxAge: DAYS * 24 * 60 * 60,
  });
}

export async function signOut(c: Context): Promise<void> {
  const token = getCookie(c, COOKIE);
  if (token)
    await db()
      .delete(signIns)
      .where(eq(signIns.tokenHash, hash(token)));
  deleteCookie(c, COOKIE, { path: '/', secure: true, sameSite: 'None', partitioned: true });
}
