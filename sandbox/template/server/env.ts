import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';

const value = z
  .string()
  .trim()
  .transform((text) => text || undefined)
  .optional();

const Env = z.object({
  DATABASE_URL: value,
  RESEND_API_KEY: value,
  RESEND_AUDIENCE_ID: value,
  RESEND_FROM: value,
  RESEND_BASE_URL: value,
  OWNER_EMAIL: value,
  VITE_POSTHOG_KEY: value,
  VITE_POSTHOG_HOST: value,
  VITE_POSTHOG_APP_ID: value,
});

export type Env = z.infer<typeof Env>;

/**
 * The server's environment: the process's own variables, then `.env`. A missing variable means that the service is
 * absent. Read anew on every call (a small file), because `.env` may be rewritten while the dev server runs.
 */
export function env(): Env {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return Env.parse({ ...file, ...process.env });
}

/** The value of a variable, or an error that says which service is missing. */
export function required(name: keyof Env): string {
  const found = env()[name];
  if (!found) throw new MissingService(name);
  return found;
}

export class MissingService extends Error {
  constructor(name: keyof Env) {
    super(`${name} is not set: this app's ${serviceOf(name)} is not connected. Add it to .env.`);
    this.name = 'MissingService';
  }
}

function serviceOf(name: keyof Env): string {
  if (name === 'DATABASE_URL') return 'database';
  if (name.startsWith('RESEND_') || name === 'OWNER_EMAIL') return 'mail';
  return 'analytics';
}
