import { z } from 'zod';
import { invalid, Refusal } from './refusal.ts';

const has = (input: unknown, field: string): boolean =>
  typeof input === 'object' && input !== null && Reflect.get(input, field) !== undefined;

/** Parses untrusted input, or throws the 422 Resend answers for its first fault, naming the field. */
export const check = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const reason = issue?.message ?? 'The request is not valid.';
  const field = issue?.path[0];
  if (typeof field !== 'string') throw invalid(reason);
  if (!has(input, field)) throw new Refusal(422, 'missing_required_field', `Missing \`${field}\` field.`);
  if (field === 'permission') throw new Refusal(422, 'invalid_access', reason);
  if (field === 'from') throw new Refusal(422, 'invalid_from_address', `Invalid \`from\` field. ${reason}`);
  throw invalid(`Invalid \`${field}\` field. ${reason}`);
};

const MAILBOX =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';

const mailbox = z
  .string({ error: MAILBOX })
  .max(500)
  .refine(
    (text) => {
      const named = /^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(text.trim());
      return z.email().safeParse(named?.[1] ?? text.trim()).success;
    },
    { error: MAILBOX },
  );

/** Resend takes one address or up to 50. */
const mailboxes = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(mailbox, { error: MAILBOX }).min(1).max(50),
);

const attachment = z.object({
  filename: z.string().max(255).optional(),
  content: z.string().optional(),
  path: z.string().max(2_000).optional(),
  content_type: z.string().max(255).optional(),
  content_id: z.string().max(255).optional(),
});

/** What `POST /emails` takes, as the SDK 6.38 writes it. Templates are refused: there are none here to fill. */
export const emailSchema = z
  .object({
    from: mailbox,
    to: mailboxes,
    subject: z.string().min(1).max(998),
    html: z.string().optional(),
    text: z.string().optional(),
    cc: mailboxes.optional(),
    bcc: mailboxes.optional(),
    reply_to: mailboxes.optional(),
    headers: z.record(z.string().max(200), z.string().max(2_000)).optional(),
    tags: z
      .array(z.object({ name: z.string().max(256), value: z.string().max(256) }))
      .max(50)
      .optional(),
    attachments: z.array(attachment).max(20).optional(),
    scheduled_at: z.string().max(100).optional(),
    template: z.never({ error: 'Templates are not kept here; send `html` or `text`.' }).optional(),
  })
  .refine((mail) => mail.html !== undefined || mail.text !== undefined, {
    error: 'Missing `html` or `text` field.',
  });
export type EmailInput = z.infer<typeof emailSchema>;

export const nameSchema = z.object({ name: z.string().trim().min(1).max(200) });

/** Resend's names of keys end at 50 characters. */
export const apiKeySchema = z.object({
  name: z.string().trim().min(1).max(50),
  permission: z
    .enum(['full_access', 'sending_access'], { error: 'Access must be "full_access" | "sending_access".' })
    .default('full_access'),
});
export const apiKeyNameSchema = apiKeySchema.pick({ name: true });

export const propertiesSchema = z
  .record(z.string().max(100), z.union([z.string().max(500), z.number(), z.boolean(), z.null()]))
  .refine((all) => Object.keys(all).length <= 50, { error: 'At most 50 properties.' });

export const contactChangeSchema = z.object({
  first_name: z.string().max(200).nullish(),
  last_name: z.string().max(200).nullish(),
  unsubscribed: z.boolean().optional(),
  properties: propertiesSchema.optional(),
});
export type ContactChange = z.infer<typeof contactChangeSchema>;

export const contactSchema = contactChangeSchema.extend({
  email: z.email({ error: 'The email address needs to follow the `email@example.com` format.' }).max(320),
  segments: z
    .array(z.object({ id: z.string().max(64) }))
    .max(1, { error: 'Here a contact is in one segment at most.' })
    .optional(),
});
export type ContactInput = z.infer<typeof contactSchema>;
