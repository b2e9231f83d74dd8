import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Instant } from '../../envelope.ts';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import type { SessionState } from '../state.ts';

/** What the mail of a session may do, by who carries it. */
export type MailPolicy = {
  /** Mails a session may send in a UTC day. */
  readonly perDay: number;
  /** Addresses of one mail, copies included. */
  readonly recipientsPerMail: number;
  /** Whether it leaves this machine, and then only once its owner has shown that an address is theirs. */
  readonly isReal: boolean;
};

/** How long a code is good for, and how often one may be guessed. */
export const CODE_GOOD_FOR_MS = 15 * 60_000;
export const MAX_CODE_FAILURES = 5;
/** Codes that may be sent in a UTC day: each is a mail to an address somebody typed. */
export const MAX_CODES_A_DAY = 5;

export const dayOf = (at: Instant): string => at.slice(0, 10);

export type SendMail = {
  readonly sendId: string;
  /** Addresses of each mail, copies included. */
  readonly recipients: readonly number[];
  /** All of them to inboxes that exist for tests. */
  readonly isTest: boolean;
  readonly digest: string;
  readonly to: readonly string[];
  readonly subjects: readonly string[];
  readonly policy: MailPolicy;
  readonly now: Instant;
};

/** Mail is counted before it is handed on, so that a server that dies over it has counted it too. */
export const decideSendMail = (
  { sendId, recipients, isTest, digest, to, subjects, policy, now }: SendMail,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (recipients.some((count) => count > policy.recipientsPerMail))
    return left({ tag: 'TooManyRecipients', max: policy.recipientsPerMail });
  if (policy.isReal && state.mail.verified.length === 0 && !isTest) return left({ tag: 'MailUnverified' });
  const isToday = state.mail.day === dayOf(now);
  if (isToday && Object.hasOwn(state.mail.sends, sendId)) return right([]);
  const sent = isToday ? state.mail.mails : 0;
  if (sent + recipients.length > policy.perDay) return left({ tag: 'MailQuotaReached', max: policy.perDay });
  const counts = { mails: recipients.length, recipients: recipients.reduce((sum, count) => sum + count, 0) };
  return right([{ type: 'MailRequested', data: { sendId, ...counts, digest, to, subjects } }]);
};

/** What the mail service answered; nothing more is written about a session that is closed. */
export const decideSettleMail = (
  outcome: Extract<SessionEvent, { type: 'MailSent' | 'MailRefused' }>,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> =>
  right(state.status === 'open' && state.mail.sends[outcome.data.sendId] === 'open' ? [outcome] : []);

export const decideRequestVerification = (
  command: {
    readonly verificationId: string;
    readonly address: string;
    readonly addressDigest: string;
    readonly codeDigest: string;
    readonly now: Instant;
  },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const { verificationId, address, addressDigest, codeDigest, now } = command;
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { verified, pending, codesDay, codes } = state.mail;
  if (verified.includes(addressDigest) || pending?.verificationId === verificationId) return right([]);
  if (codesDay === dayOf(now) && codes >= MAX_CODES_A_DAY)
    return left({ tag: 'TooManyCodes', max: MAX_CODES_A_DAY });
  const expiresAt = new Date(Date.parse(now) + CODE_GOOD_FOR_MS).toISOString();
  const data = { verificationId, address, addressDigest, codeDigest, expiresAt };
  return right([{ type: 'MailVerificationRequested', data }]);
};

/** The right code verifies the address it was sent to; a wrong one is counted. */
export const decideVerifyAddress = (
  { codeDigest, now }: { readonly codeDigest: string; readonly now: Instant },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  const { pending } = state.mail;
  if (pending === undefined || pending.failures >= MAX_CODE_FAILURES) return left({ tag: 'NoCodeSent' });
  if (Date.parse(pending.expiresAt) <= Date.parse(now)) return left({ tag: 'CodeExpired' });
  const { verificationId, addressDigest } = pending;
  return right([
    codeDigest === pending.codeDigest
      ? { type: 'MailAddressVerified', data: { verificationId, addressDigest } }
      : { type: 'MailVerificationFailed', data: { verificationId } },
  ]);
};
