import type { Instant } from '../envelope.ts';
import type { MailEvent } from './events.ts';

/** The mail of a session: what it has sent today, and whose addresses its owner has shown to be theirs. */
export type MailState = {
  /** The UTC day the counts are of. */
  readonly day: string;
  readonly mails: number;
  /** Requests of that day, and whether the mail service has answered: who asks again under the same id is not counted. */
  readonly sends: Readonly<Record<string, 'open' | 'settled'>>;
  /** Digests of addresses. */
  readonly verified: readonly string[];
  readonly codesDay: string;
  readonly codes: number;
  readonly pending?: {
    readonly verificationId: string;
    readonly addressDigest: string;
    readonly codeDigest: string;
    readonly expiresAt: Instant;
    readonly failures: number;
  };
};

export const NO_MAIL: MailState = { day: '', mails: 0, sends: {}, verified: [], codesDay: '', codes: 0 };

export const evolveMail = (mail: MailState, event: MailEvent, at: Instant): MailState => {
  const day = at.slice(0, 10);
  switch (event.type) {
    case 'MailRequested':
      return {
        ...mail,
        day,
        mails: (mail.day === day ? mail.mails : 0) + event.data.mails,
        sends: { ...(mail.day === day ? mail.sends : {}), [event.data.sendId]: 'open' },
      };
    case 'MailVerificationRequested': {
      const { verificationId, addressDigest, codeDigest, expiresAt } = event.data;
      const codes = (mail.codesDay === day ? mail.codes : 0) + 1;
      const pending = { verificationId, addressDigest, codeDigest, expiresAt, failures: 0 };
      return { ...mail, codesDay: day, codes, pending };
    }
    case 'MailVerificationFailed':
      return mail.pending?.verificationId === event.data.verificationId
        ? { ...mail, pending: { ...mail.pending, failures: mail.pending.failures + 1 } }
        : mail;
    case 'MailAddressVerified': {
      const { pending: _over, ...rest } = mail;
      return { ...rest, verified: [...mail.verified, event.data.addressDigest] };
    }
    case 'MailSent':
    case 'MailRefused':
      return Object.hasOwn(mail.sends, event.data.sendId)
        ? { ...mail, sends: { ...mail.sends, [event.data.sendId]: 'settled' } }
        : mail;
  }
};
