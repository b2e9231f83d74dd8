import { randomInt } from 'node:crypto';
import { and, count, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { track } from '../analytics.ts';
import { db } from '../db.ts';
import { sendMail } from '../mail.ts';
import { hash, newToken, personOf, signIn, signOut } from '../signed-in.ts';
import { signInMails } from '../tables/accounts.ts';

const VALID_MS = 15 * 60_000;
const MAILS_AT_MOST = 3;
const WRONG_CODES_AT_MOST = 5;

const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'That address is too long.')
  .pipe(z.email('That does not look like an email address.'));
const Asked = z.object({ email: Email });
const Proof = z.union([
  z.object({ token: z.string().max(100) }),
  z.object({ email: Email, code: z.string().trim().max(10) }),
]);

const recent = () => gt(signInMails.createdAt, new Date(Date.now() - VALID_MS));

export const signInRoutes = new Hono()
  .use(csrf())
  .get('/', async (c) => c.json({ email: (await personOf(c))?.email ?? null }))
  .post('/', async (c) => {
    const { email } = Asked.parse(await c.req.json());
    const mine = and(eq(signInMails.email, email), recent());
    const [sent] = await db().select({ count: count() }).from(signInMails).where(mine);
    if ((sent?.count ?? 0) >= MAILS_AT_MOST) {
      throw new HTTPException(429, { message: 'We have just written to you. Look into your mail.' });
    }
    const token = newToken();
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const linkHash = hash(token);
    await db()
      .insert(signInMails)
      .values({ email, linkHash, codeHash: hash(`${email} ${code}`) });
    const link = `${originOf(c.req.url, c.req.header('origin'))}/#sign-in/${token}`;
    const text = `Open this to sign in:\n\n${link}\n\nOr enter this code: ${code}\n\nBoth are good for 15 minutes. If you did not ask for this, do nothing.`;
    await sendMail({ to: email, subject: 'Sign in', text }, `sign-in-${linkHash}`);
    return c.json({ ok: true });
  })
  .post('/confirm', async (c) => {
    const proof = Proof.parse(await c.req.json());
    const email = 'token' in proof ? await byLink(proof.token) : await byCode(proof.email, proof.code);
    if (!email) {
      throw new HTTPException(400, {
        message: 'That does not work any more, or never did. Ask for a new mail.',
      });
    }
    await signIn(c, email);
    track('signed in', hash(email));
    return c.json({ email });
  })
  .post('/out', async (c) => {
    await signOut(c);
    return c.json({ ok: true });
  });

/** A link works once: whoever is first marks it as used in the same statement. */
async function byLink(token: string): Promise<string | undefined> {
  const open = and(eq(signInMails.linkHash, hash(token)), recent(), isNull(signInMails.usedAt));
  const [used] = await db().update(signInMails).set({ usedAt: new Date() }).where(open).returning();
  return used?.email;
}

/** Each try is counted before the code is compared, so that trying at once does not help. */
async function byCode(email: string, code: string): Promise<string | undefined> {
  const open = and(
    eq(signInMails.email, email),
    recent(),
    isNull(signInMails.usedAt),
    lt(signInMails.wrongCodes, WRONG_CODES_AT_MOST),
  );
  const [mail] = await db()
    .select()
    .from(signInMails)
    .where(open)
    .orderBy(desc(signInMails.createdAt))
    .limit(1);
  if (!mail) return undefined;
  const tries = sql`${signInMails.wrongCodes} + 1`;
  const [tried] = await db()
    .update(signInMails)
    .set({ wrongCodes: tries })
    .where(and(eq(signInMails.id, mail.id), open))
    .returning();
  if (tried?.codeHash !== hash(`${email} ${code}`)) return undefined;
  const unused = and(eq(signInMails.id, mail.id), isNull(signInMails.usedAt));
  const [used] = await db().update(signInMails).set({ usedAt: new Date() }).where(unused).returning();
  return used?.email;
}

/** Where the app is, as its visitor's browser sees it. An origin of another host is somebody's trick. */
function originOf(url: string, origin: string | undefined): string {
  const own = new URL(url);
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === own.host
    ? origin
    : own.origin;
}
