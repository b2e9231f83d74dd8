import { type TaskEither, tryCatch } from 'fp-ts/lib/TaskEither.js';
import type { MailAccount } from '../../../commands/mail/gate.ts';
import type { MailSender } from '../../../commands/ports/mail.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { ResendClient } from '../resend-client.ts';
import { fromResend, toProviderError } from '../resend-errors.ts';

/** Resend's own sender, for accounts without a domain. */
const WITHOUT_DOMAIN = 'onboarding@resend.dev';

export type SendCode = (
  account: MailAccount,
  mail: Parameters<MailSender['sendCode']>[1],
) => TaskEither<ProviderError, void>;

/** Mails a code with the session's sending key. A repeated request sends it once. */
export const codeSender =
  ({ apiUrl, from = WITHOUT_DOMAIN }: { readonly apiUrl: string; readonly from?: string }): SendCode =>
  ({ key }, { to, code, idempotencyKey }) =>
    tryCatch(
      async () => {
        const resend = new ResendClient(key, { baseUrl: apiUrl });
        const { error, headers } = await resend.emails.send(
          {
            from,
            to,
            subject: `${code} is your code`,
            text: `Enter ${code} in the Backend tab of your app, under Mail. Your app may then send mail. It is good for 15 minutes. If you asked for nothing, nothing happens.`,
          },
          { idempotencyKey },
        );
        if (error !== null) throw new ProviderFailure(fromResend(error, headers));
      },
      toProviderError(AbortSignal.timeout(30_000)),
    );
