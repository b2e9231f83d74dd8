import fc from 'fast-check';
import { type Arbitraries, attempt, attemptId, error, instant, text } from './values.ts';

/** The mail of the app. */
export const MAIL = {
  MailRequested: fc.record({
    sendId: attemptId,
    mails: attempt,
    recipients: attempt,
    digest: text,
    to: fc.array(text, { maxLength: 2 }),
    subjects: fc.array(text, { maxLength: 2 }),
  }),
  MailSent: fc.record({ sendId: attemptId, ids: fc.array(text, { maxLength: 2 }) }),
  MailRefused: fc.record({ sendId: attemptId, error }),
  MailVerificationRequested: fc.record({
    verificationId: attemptId,
    address: text,
    addressDigest: text,
    codeDigest: text,
    expiresAt: instant,
  }),
  MailVerificationFailed: fc.record({ verificationId: attemptId }),
  MailAddressVerified: fc.record({ verificationId: attemptId, addressDigest: text }),
} satisfies Partial<Arbitraries>;
