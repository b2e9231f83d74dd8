import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Caller, tenantOf } from './caller.ts';
import type { CatcherLimits } from './limits.ts';
import { type Page, pageOf, type Row } from './pages.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import type { EmailInput } from './validation.ts';

/** A mail as it is kept. Of an attachment only what it was is kept, not its bytes. */
export type Mail = Omit<EmailInput, 'attachments'> & {
  readonly id: string;
  readonly created_at: string;
  readonly attachments: readonly { readonly filename: string; readonly length: number }[];
};

export const mail = (row: Row): Mail => ({
  ...JSON.parse(String(row.content)),
  id: String(row.id),
  created_at: String(row.created_at),
});

export type Mails = {
  /** Counts `count` mails against the tenant's day, or throws the 429 Resend answers. Call inside the transaction. */
  readonly spendQuota: (caller: Caller, count: number) => void;
  /** Keeps one mail and answers its id; what is too old or too much for the tenant goes. */
  readonly keep: (caller: Caller, input: EmailInput) => string;
  readonly get: (id: string) => Mail;
  readonly list: (query: unknown) => Page<Mail>;
  readonly newest: (where: { tenant: string } | { api_key_id: string }, limit: number) => readonly Mail[];
};

export const openMails = (database: DatabaseSync, limits: CatcherLimits): Mails => {
  const count = database.prepare(
    `INSERT INTO sent_per_day (tenant, day, mails) VALUES (?1, ?2, ?3)
     ON CONFLICT DO UPDATE SET mails = mails + ?3 RETURNING mails`,
  );
  const forgetOlderDays = database.prepare(`DELETE FROM sent_per_day WHERE tenant = ? AND day < ?`);
  const insert = database.prepare(
    `INSERT INTO mails (id, tenant, api_key_id, length, created_at, content) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const prune = database.prepare(
    `DELETE FROM mails WHERE seq IN (
       SELECT seq FROM (
         SELECT seq, row_number() OVER newest AS n, sum(length) OVER newest AS total
         FROM mails WHERE tenant = ?1 WINDOW newest AS (ORDER BY seq DESC)
       ) WHERE n > ?2 OR (total > ?3 AND n > 1))`,
  );
  return {
    spendQuota: (caller, mails) => {
      if (caller.permission === 'full_access') return;
      const day = new Date().toISOString().slice(0, 10);
      forgetOlderDays.run(tenantOf(caller), day);
      const total = Number(count.get(tenantOf(caller), day, mails)?.mails);
      if (total > limits.mailsPerDay)
        throw new Refusal(
          429,
          'daily_quota_exceeded',
          `You have reached your daily email sending quota of ${limits.mailsPerDay}. It starts anew at 00:00 UTC.`,
        );
    },
    keep: (caller, input) => {
      const contentLength = (input.html?.length ?? 0) + (input.text?.length ?? 0);
      if (contentLength > limits.contentLength)
        throw invalid(`\`html\` and \`text\` together may be ${limits.contentLength} characters long.`);
      const id = randomUUID();
      const attachments = (input.attachments ?? []).map((file) => ({
        filename: file.filename ?? 'attachment',
        length: file.content?.length ?? 0,
      }));
      const content = JSON.stringify({ ...input, attachments });
      const tenant = tenantOf(caller);
      insert.run(id, tenant, caller.keyId, content.length, new Date().toISOString(), content);
      prune.run(tenant, limits.keptMails, limits.keptLength);
      return id;
    },
    get: (id) => {
      const row = database.prepare(`SELECT * FROM mails WHERE id = ?`).get(id);
      if (row === undefined) throw notFound('Email');
      return mail(row);
    },
    list: (query) => pageOf(database, 'mails', {}, query, mail),
    newest: (where, limit) => {
      const [[column, value] = ['tenant', '']] = Object.entries(where);
      return database
        .prepare(`SELECT * FROM mails WHERE ${column} = ? ORDER BY seq DESC LIMIT ?`)
        .all(value, limit)
        .map(mail);
    },
  };
};
