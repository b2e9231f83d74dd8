import type { DatabaseSync } from 'node:sqlite';
import type { FastifyPluginCallback } from 'fastify';
import { inTransaction } from '../../../sqlite.ts';
import { callerOf, requireFullAccess } from '../caller.ts';
import type { Idempotency } from '../idempotency.ts';
import type { Mail, Mails } from '../mails.ts';
import { invalid, Refusal } from '../refusal.ts';
import { check, type EmailInput, emailSchema } from '../validation.ts';

/** Resend's own bound of `POST /emails/batch`. */
const BATCH_MAX = 100;

const listed = (mail: Mail) => ({
  id: mail.id,
  message_id: `<${mail.id}@catcher.invalid>`,
  from: mail.from,
  to: mail.to,
  cc: mail.cc ?? null,
  bcc: mail.bcc ?? null,
  reply_to: mail.reply_to ?? null,
  subject: mail.subject,
  created_at: mail.created_at,
  scheduled_at: mail.scheduled_at ?? null,
  last_event: mail.scheduled_at === undefined ? 'delivered' : 'scheduled',
});

const detailed = (mail: Mail) => ({
  object: 'email',
  ...listed(mail),
  html: mail.html ?? null,
  text: mail.text ?? null,
  tags: mail.tags ?? [],
});

type Deps = { readonly database: DatabaseSync; readonly mails: Mails; readonly idempotency: Idempotency };

/** Sending: open to every key. */
export const sendRoutes =
  ({ database, mails, idempotency }: Deps): FastifyPluginCallback =>
  (server, _options, done) => {
    server.addHook('onRequest', async (request, reply) => idempotency.enter(request, reply));

    server.post('/emails', async (request) => {
      const input = check(emailSchema, request.body);
      const caller = callerOf(request);
      return inTransaction(database, () =>
        idempotency.once(request, () => {
          mails.spendQuota(caller, 1);
          return { id: mails.keep(caller, input) };
        }),
      );
    });

    server.post('/emails/batch', async (request) => {
      const { valid, errors } = readBatch(
        request.body,
        request.headers['x-batch-validation'] === 'permissive' ? 'permissive' : 'strict',
      );
      const caller = callerOf(request);
      return inTransaction(database, () =>
        idempotency.once(request, () => {
          mails.spendQuota(caller, valid.length);
          return { data: valid.map((input) => ({ id: mails.keep(caller, input) })), ...errors };
        }),
      );
    });
    done();
  };

/** `strict` refuses all for one bad mail; `permissive` sends the good ones and names the others by index. */
const readBatch = (body: unknown, mode: 'strict' | 'permissive') => {
  if (!Array.isArray(body) || body.length < 1 || body.length > BATCH_MAX)
    throw invalid(`The request body must be an array of 1 to ${BATCH_MAX} emails.`);
  const valid: EmailInput[] = [];
  const errors: { index: number; message: string }[] = [];
  for (const [index, entry] of body.entries()) {
    try {
      const input = check(emailSchema, entry);
      if (input.attachments !== undefined) throw invalid('Attachments are not supported in a batch.');
      valid.push(input);
    } catch (error) {
      if (mode === 'strict' || !(error instanceof Refusal)) throw error;
      errors.push({ index, message: error.message });
    }
  }
  return { valid, errors: mode === 'permissive' ? { errors } : {} };
};

/** Reading what was sent: full access only, as at Resend. */
export const sentRoutes =
  ({ mails }: Pick<Deps, 'mails'>): FastifyPluginCallback =>
  (server, _options, done) => {
    server.addHook('onRequest', async (request) => requireFullAccess(callerOf(request)));
    server.get('/emails', async (request) => {
      const page = mails.list(request.query);
      return { ...page, data: page.data.map(listed) };
    });
    server.get<{ Params: { id: string } }>('/emails/:id', async (request) =>
      detailed(mails.get(request.params.id)),
    );
    done();
  };
