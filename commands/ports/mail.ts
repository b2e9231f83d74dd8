import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from './services.ts';

/** Mail of this server's own, sent as the session's app would send it. */
export type MailSender = {
  /** Mails a code to an address; once for one `idempotencyKey`. */
  readonly sendCode: (
    sessionId: string,
    mail: { readonly to: string; readonly code: string; readonly idempotencyKey: string },
  ) => TaskEither<ProviderError, void>;
};
