import { ERASED } from '../../domain/envelope.ts';
import type { MailEvent } from '../../domain/session/events.ts';
import type { MailView } from '../views.ts';

const SENDS_SHOWN = 20;
const NO_MAIL: MailView = { day: '', mails: 0, verified: [], sends: [] };

/** Once its session is forgotten, an encrypted list reads `[erased]`. */
const words = (list: readonly string[] | string): readonly string[] =>
  Array.isArray(list) ? list : [ERASED];

export const mailAfter = (mail: MailView = NO_MAIL, event: MailEvent, at: string): MailView => {
  const day = at.slice(0, 10);
  switch (event.type) {
    case 'MailRequested': {
      const { sendId, mails, to, subjects } = event.data;
      const send = {
        sendId,
        at,
        mails,
        to: words(to),
        subject: words(subjects)[0] ?? '',
        status: 'sending',
      } as const;
      return {
        ...mail,
        day,
        mails: (mail.day === day ? mail.mails : 0) + mails,
        sends: [send, ...mail.sends].slice(0, SENDS_SHOWN),
      };
    }
    case 'MailSent':
    case 'MailRefused': {
      const status = event.type === 'MailSent' ? 'sent' : 'refused';
      return {
        ...mail,
        sends: mail.sends.map((send) => (send.sendId === event.data.sendId ? { ...send, status } : send)),
      };
    }
    case 'MailVerificationRequested': {
      const { address, expiresAt } = event.data;
      return { ...mail, pending: { address, expiresAt, failures: 0 } };
    }
    case 'MailVerificationFailed':
      return mail.pending === undefined
        ? mail
        : { ...mail, pending: { ...mail.pending, failures: mail.pending.failures + 1 } };
    case 'MailAddressVerified': {
      const { pending, ...rest } = mail;
      return { ...rest, verified: [...mail.verified, pending?.address ?? ERASED] };
    }
  }
};

/** What is left of it when its session is forgotten: what a rebuild makes of a log that reads `[erased]`. */
export const forgottenMail = (mail: MailView): MailView => ({
  ...mail,
  verified: mail.verified.map(() => ERASED),
  ...(mail.pending === undefined ? {} : { pending: { ...mail.pending, address: ERASED } }),
  sends: mail.sends.map((send) => ({ ...send, to: [ERASED], subject: ERASED })),
});
