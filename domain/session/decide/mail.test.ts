import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import { closeRequested, later, OUTAGE, planned, ready, T0 } from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import {
  CODE_GOOD_FOR_MS,
  decideRequestVerification,
  decideSendMail,
  decideSettleMail,
  decideVerifyAddress,
  type MailPolicy,
} from './mail.ts';

const CAUGHT: MailPolicy = { perDay: 3, recipientsPerMail: 2, isReal: false };
const REAL: MailPolicy = { ...CAUGHT, isReal: true };

const mail = (sendId: string, recipients: readonly number[] = [1], policy = CAUGHT, now = T0) => ({
  sendId,
  recipients,
  isTest: false,
  digest: 'd',
  to: ['ann@example.com'],
  subjects: ['Hello'],
  policy,
  now,
});
const requested = (sendId: string, mails = 1): SessionEvent => ({
  type: 'MailRequested',
  data: { sendId, mails, recipients: mails, digest: 'd', to: [], subjects: [] },
});
const sent = (sendId: string) => ({ type: 'MailSent', data: { sendId, ids: ['m'] } }) as const;

describe('mail of an app', () => {
  test('is counted before it is handed on', () => {
    given(ready())
      .when(decideSendMail, mail('s', [1, 2]))
      .gives([
        {
          type: 'MailRequested',
          data: {
            sendId: 's',
            mails: 2,
            recipients: 3,
            digest: 'd',
            to: ['ann@example.com'],
            subjects: ['Hello'],
          },
        },
      ]);
  });

  test('is counted once, however often it is asked for', () => {
    given(ready(), requested('s')).when(decideSendMail, mail('s')).givesNothing();
  });

  test('has a day, which ends at midnight', () => {
    given(ready(), requested('a', 2))
      .when(decideSendMail, mail('b', [1, 1]))
      .isRefused('MailQuotaReached');
    given(ready(), requested('a', 2)).when(decideSendMail, mail('b')).givesTypes('MailRequested');
    given(ready(), requested('a', 3))
      .when(decideSendMail, mail('b', [1], CAUGHT, later(24 * 3_600_000)))
      .givesTypes('MailRequested');
  });

  test('goes to a few addresses', () => {
    given(ready())
      .when(decideSendMail, mail('s', [3]))
      .isRefused('TooManyRecipients');
  });

  test('leaves this machine only for an owner whose address is known to be theirs', () => {
    given(ready())
      .when(decideSendMail, mail('s', [1], REAL))
      .isRefused('MailUnverified');
    given(ready())
      .when(decideSendMail, { ...mail('s', [1], REAL), isTest: true })
      .givesTypes('MailRequested');
    const verified = {
      type: 'MailAddressVerified',
      data: { verificationId: 'v', addressDigest: 'd' },
    } as const;
    given(ready(), verified)
      .when(decideSendMail, mail('s', [1], REAL))
      .givesTypes('MailRequested');
  });

  test('ends with its session', () => {
    given(planned(), closeRequested).when(decideSendMail, mail('s')).isRefused('SessionNotOpen');
  });

  test('has one outcome', () => {
    given(ready(), requested('s'))
      .when(decideSettleMail, sent('s'))
      .gives([sent('s')]);
    given(ready(), requested('s'), sent('s')).when(decideSettleMail, sent('s')).givesNothing();
    given(ready(), requested('s'), closeRequested).when(decideSettleMail, sent('s')).givesNothing();
    const refused = { type: 'MailRefused', data: { sendId: 's', error: OUTAGE } } as const;
    given(ready(), requested('s')).when(decideSettleMail, refused).gives([refused]);
  });
});

describe('an address', () => {
  const ask = (verificationId = 'v', now = T0) => ({
    verificationId,
    address: 'ann@example.com',
    addressDigest: 'of ann',
    codeDigest: `code of ${verificationId}`,
    now,
  });
  const asked = (verificationId = 'v'): SessionEvent => {
    const { now, ...data } = ask(verificationId);
    return { type: 'MailVerificationRequested', data: { ...data, expiresAt: later(CODE_GOOD_FOR_MS, now) } };
  };
  const wrong = { type: 'MailVerificationFailed', data: { verificationId: 'v' } } as const;
  const right = { codeDigest: 'code of v', now: T0 };

  test('is sent a code, which is good for a while', () => {
    given(ready()).when(decideRequestVerification, ask()).gives([asked()]);
    given(ready(), asked()).when(decideRequestVerification, ask()).givesNothing();
  });

  test('is its owner’s who brings the code back in time', () => {
    const verified = {
      type: 'MailAddressVerified',
      data: { verificationId: 'v', addressDigest: 'of ann' },
    } as const;
    given(ready(), asked()).when(decideVerifyAddress, right).gives([verified]);
    given(ready(), asked())
      .when(decideVerifyAddress, { ...right, now: later(CODE_GOOD_FOR_MS) })
      .isRefused('CodeExpired');
    given(ready(), asked(), verified).when(decideRequestVerification, ask('again')).givesNothing();
  });

  test('cannot be had by guessing', () => {
    given(ready(), asked())
      .when(decideVerifyAddress, { ...right, codeDigest: 'another' })
      .gives([wrong]);
    const guesses = [wrong, wrong, wrong, wrong, wrong];
    given(ready(), asked(), guesses).when(decideVerifyAddress, right).isRefused('NoCodeSent');
    given(ready()).when(decideVerifyAddress, right).isRefused('NoCodeSent');
  });

  test('is sent five codes a day', () => {
    const codes = ['1', '2', '3', '4', '5'].map(asked);
    given(ready(), codes).when(decideRequestVerification, ask('6')).isRefused('TooManyCodes');
    expect(given(ready(), codes).state.mail.pending?.verificationId).toBe('5');
  });
});
