import { count, eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { z } from 'zod';
import type { SignupAnswer, SignupCount } from '../../shared/signups.ts';
import { track } from '../analytics.ts';
import { db } from '../db.ts';
import { addContact, sendMail } from '../mail.ts';
import { owner } from '../owner.ts';
import { signups } from '../tables/signups.ts';

const NewSignup = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254, 'That address is too long.')
    .pipe(z.email('That does not look like an email address.')),
});

type Signup = typeof signups.$inferSelect;

export const signupsRoutes = new Hono()
  // How many, never who: this page is public.
  .get('/', async (c) => {
    const [row] = await db().select({ count: count() }).from(signups);
    return c.json<SignupCount>({ count: row?.count ?? 0 });
  })
  .post('/', async (c) => {
    const { email } = NewSignup.parse(await c.req.json());
    const [created] = await db().insert(signups).values({ email }).onConflictDoNothing().returning();
    if (created) await announce(created);
    return c.json<SignupAnswer>({ status: created ? 'joined' : 'already joined' }, created ? 201 : 200);
  });

/** Tells everyone concerned. The signup is stored by now: a mail that fails is logged and loses nobody. */
async function announce(signup: Signup): Promise<void> {
  track('signed up', signup.id);
  const told = await Promise.allSettled([tellOwner(signup), addContact(signup.email)]);
  for (const result of told) {
    if (result.status === 'rejected') console.error('signup stored, but:', result.reason.message);
  }
}

async function tellOwner({ id, email, createdAt }: Signup): Promise<void> {
  await sendMail(
    {
      to: owner(),
      subject: `New signup: ${email}`,
      text: `${email} joined your waitlist on ${createdAt.toUTCString()}.`,
    },
    `signup-${id}`,
  );
  await db().update(signups).set({ notifiedAt: new Date() }).where(eq(signups.id, id));
}
