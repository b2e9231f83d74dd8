import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { mailAccountOf } from '../../commands/mail/gate.ts';
import type { MailSender } from '../../commands/ports/mail.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import type { MailPart } from './services/mail.ts';

const NO_ACCOUNT: ProviderError = {
  code: 'no_mail_account',
  message: 'This session has no mail service. Retry it under Services, then ask for another code.',
  retryable: false,
};

/** Mail of this server's own, by the account of the session it is about. */
export const mailSender = ({ sendCode }: Pick<MailPart, 'sendCode'>, vault: Vault): MailSender => ({
  sendCode: (sessionId, mail) =>
    pipe(
      mailAccountOf(vault, sessionId),
      TE.mapLeft(({ message }): ProviderError => ({ code: 'vault_unavailable', message, retryable: true })),
      TE.flatMap((account) => (account === undefined ? TE.left(NO_ACCOUNT) : sendCode(account, mail))),
    ),
});
