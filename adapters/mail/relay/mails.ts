import type { Mail } from '../../../commands/mail/gate.ts';

const FIELDS = ['to', 'cc', 'bcc'] as const;
const ADDRESS = /^(?:[^<>,]*<)?\s*([^\s<>,;]+@[^\s<>,;]+)\s*>?$/;

const addressesIn = (value: unknown): readonly string[] | undefined => {
  if (value === undefined || value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  const found = all.map((one) => (typeof one === 'string' ? ADDRESS.exec(one.trim())?.[1] : undefined));
  return found.every((one) => one !== undefined) ? found.map((one) => one.toLowerCase()) : undefined;
};

const mailIn = (input: unknown): Mail | undefined => {
  if (typeof input !== 'object' || input === null) return undefined;
  const fields = input as Readonly<Record<string, unknown>>;
  const recipients = FIELDS.map((field) => addressesIn(fields[field]));
  if (recipients.some((one) => one === undefined)) return undefined;
  const { subject } = fields;
  return {
    recipients: recipients.flatMap((one) => one ?? []),
    subject: typeof subject === 'string' ? subject.slice(0, 300) : '',
  };
};

/**
 * The mails a request of Resend's API is about, one or a batch. `undefined` for anything whose recipients cannot be
 * told: what cannot be counted is not passed on.
 */
export const mailsIn = (body: string): readonly Mail[] | undefined => {
  try {
    const parsed: unknown = JSON.parse(body);
    const mails = (Array.isArray(parsed) ? parsed : [parsed]).map(mailIn);
    const known = mails.filter((one) => one !== undefined);
    return known.length === mails.length && known.length > 0 ? known : undefined;
  } catch {
    return undefined;
  }
};
