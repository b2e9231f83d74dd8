import type { Instant } from '../../envelope.ts';
import type { StepError } from '../../steps.ts';
import type { Event } from './event.ts';

export type MailEvent =
  /** Mail of the app, on its way to the mail service: counted before it is handed on. */
  | Event<
      'MailRequested',
      {
        sendId: string;
        mails: number;
        recipients: number;
        /** HMAC of the request under the session's own key. */
        digest: string;
        to: readonly string[];
        subjects: readonly string[];
      }
    >
  /** The mail service has taken it, under these ids. */
  | Event<'MailSent', { sendId: string; ids: readonly string[] }>
  | Event<'MailRefused', { sendId: string; error: StepError }>
  /** A code is sent to an address its owner says is theirs. Address and code are digests under the session's own key. */
  | Event<
      'MailVerificationRequested',
      {
        verificationId: string;
        address: string;
        addressDigest: string;
        codeDigest: string;
        expiresAt: Instant;
      }
    >
  | Event<'MailVerificationFailed', { verificationId: string }>
  | Event<'MailAddressVerified', { verificationId: string; addressDigest: string }>;
