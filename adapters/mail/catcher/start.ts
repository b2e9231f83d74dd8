import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { Mail as CaughtMail } from '../../../projections/panels.ts';
import { sha256 } from './caller.ts';
import { type Contact, openContacts } from './contacts.ts';
import { type CatcherLimits, DEFAULT_LIMITS } from './limits.ts';
import { type Mail, openMails } from './mails.ts';
import { openCatcherStore } from './schema.ts';
import { catcherServer } from './server.ts';

export type MailCatcher = {
  /** What a `Resend` client takes as `baseUrl`, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  /** Mails sent for one audience, or with one key; newest first, 100 unless told. */
  readonly inbox: (
    of: { readonly segmentId: string } | { readonly apiKeyId: string },
    limit?: number,
  ) => readonly CaughtMail[];
  /** Id of the audience of that name (the oldest, where there are several): `audienceName(slug)` for a session. */
  readonly segmentNamed: (name: string) => string | undefined;
  /** Contacts of one audience, newest first, 100 at most. */
  readonly contacts: (segmentId: string) => readonly Contact[];
  readonly close: () => Promise<void>;
};

export type MailCatcherOptions = {
  /** SQLite file; created with its folder where missing. */
  readonly file: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: FastifyBaseLogger;
  /** The full-access key, at least 24 characters; kept as a digest, in memory only. */
  readonly controlKey: string;
  readonly limits?: Partial<CatcherLimits>;
};

const caught = (mail: Mail): CaughtMail => ({
  id: mail.id,
  from: mail.from,
  to: mail.to,
  subject: mail.subject,
  text: mail.text ?? null,
  html: mail.html ?? null,
  at: mail.created_at,
});

/**
 * Starts the embedded mail service: a server on 127.0.0.1 that speaks the Resend API to the unmodified `resend` SDK
 * and keeps every mail instead of sending it. What it answered with success survives a killed process.
 * Rejects, saying what to do, when the port is taken or the file cannot be opened.
 */
export const startMailCatcher = async (options: MailCatcherOptions): Promise<MailCatcher> => {
  if (options.controlKey.length < 24)
    throw new Error('The control key of the mail catcher must have at least 24 characters.');
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const database = openCatcherStore(options.file);
  const mails = openMails(database, limits);
  const contacts = openContacts(database, limits);
  const server = catcherServer({
    database,
    mails,
    limits,
    controlKeySha256: sha256(options.controlKey),
    logger: options.logger,
  });
  const close = async (): Promise<void> => {
    await server.close();
    if (database.isOpen) database.close();
  };
  try {
    await server.listen({ host: '127.0.0.1', port: options.port });
  } catch (cause) {
    await close();
    throw new Error(
      `The mail catcher cannot listen on 127.0.0.1:${options.port}: ${cause instanceof Error ? cause.message : cause}. Free the port or choose another.`,
      { cause },
    );
  }
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    inbox: (of, limit = 100) =>
      mails
        .newest('segmentId' in of ? { tenant: of.segmentId } : { api_key_id: of.apiKeyId }, limit)
        .map(caught),
    segmentNamed: (name) => {
      const row = database.prepare(`SELECT id FROM segments WHERE name = ? ORDER BY seq LIMIT 1`).get(name);
      return row === undefined ? undefined : String(row.id);
    },
    contacts: (segmentId) => contacts.list(segmentId, { limit: 100 }).data,
    close,
  };
};
