import { sendMail } from './mail.ts';
import { owner } from './owner.ts';

/**
 * Mails the owner what happened, and answers whether that worked. It never throws: what was stored stays stored. The
 * occasion names what happened, so that a repeated request sends one mail.
 */
export async function tellOwner(subject: string, about: string | object, occasion: string): Promise<boolean> {
  const text = typeof about === 'string' ? about : inLines(about);
  try {
    await sendMail({ to: owner(), subject, text }, occasion);
    return true;
  } catch (error) {
    console.error(`stored, but the owner was not told: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

const inLines = (values: object): string =>
  Object.entries(values)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
