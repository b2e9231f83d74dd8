import { Resend } from 'resend';
import { env, required } from './env.ts';

const TIMEOUT_MS = 15_000;

export type Mail = { to: string; subject: string; text: string };

/** The mail client; `RESEND_BASE_URL` points it at a relay where there is one. */
export function resend(): Resend {
  const baseUrl = env().RESEND_BASE_URL;
  return new Resend(required('RESEND_API_KEY'), baseUrl ? { baseUrl } : {});
}

/** The address this app may send from. */
export const sender = (): string => env().RESEND_FROM ?? 'onboarding@resend.dev';

/**
 * Sends one mail and answers its id. The same `idempotencyKey` within 24 hours sends nothing twice.
 * The SDK never throws, so its `error` is thrown here.
 */
export async function sendMail(mail: Mail, idempotencyKey: string): Promise<string> {
  const { data, error } = await resend().emails.send(
    { from: sender(), ...mail },
    { idempotencyKey, signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  if (error) throw new Error(`mail not sent (${error.name}): ${error.message}`);
  return data.id;
}

/** Adds an address to the app's own audience (a "segment" to the SDK); one already in it is fine. */
export async function addContact(email: string): Promise<void> {
  const { error } = await resend().contacts.create(
    { email, segments: [{ id: required('RESEND_AUDIENCE_ID') }] },
    { signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  if (error) throw new Error(`contact not added (${error.name}): ${error.message}`);
}
