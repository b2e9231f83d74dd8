import { env } from '../../../../server/env.ts';
import { addContact, resend, sender, sendMail } from '../../../../server/mail.ts';

/** One mail to one person. The key names the occasion: repeating the call within a day sends nothing twice. */
export const sendWelcome = (user: { id: string; email: string }): Promise<string> =>
  sendMail(
    {
      to: user.email,
      subject: 'Welcome',
      text: 'Good to have you. Reply to this mail if anything is unclear.',
    },
    `welcome-${user.id}`,
  );

/** After storing a signup: tell the owner and keep the contact; neither failure undoes the signup. */
export async function announceSignup(signup: { id: string; email: string }): Promise<void> {
  const owner = env().OWNER_EMAIL ?? 'owner@example.com';
  const told = await Promise.allSettled([
    sendMail(
      { to: owner, subject: `New signup: ${signup.email}`, text: 'Somebody signed up.' },
      `signup-${signup.id}`,
    ),
    addContact(signup.email),
  ]);
  for (const result of told) {
    if (result.status === 'rejected') console.error('signup stored, but:', result.reason.message);
  }
}

/** Many different mails in one call: at most 100. Everybody gets their own, nobody sees the others. */
export async function sendWeekly(
  week: string,
  mails: readonly { to: string; text: string }[],
): Promise<void> {
  const { error } = await resend().batch.send(
    mails.slice(0, 100).map(({ to, text }) => ({ from: sender(), to, subject: 'Your week', text })),
    { idempotencyKey: `weekly-${week}`, signal: AbortSignal.timeout(15_000) },
  );
  if (error) throw new Error(`mails not sent (${error.name}): ${error.message}`);
}
