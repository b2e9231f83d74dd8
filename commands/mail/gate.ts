import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { decideSendMail, decideSettleMail, type MailPolicy } from '../../domain/session/decide/mail.ts';
import type { StepError } from '../../domain/steps.ts';
import type { CommandFailure, Handlers } from '../handler.ts';
import { derivedId } from '../identifiers.ts';
import type { Cause } from '../journal.ts';
import { keptName } from '../kept-values.ts';
import type { Clock } from '../ports/clock.ts';
import type { Vault, VaultError } from '../ports/vault.ts';

/** One mail as far as rules are about it. */
export type Mail = { readonly recipients: readonly string[]; readonly subject: string };

/** What the mail service is called with for a session: its own sending key, and the one audience it may touch. */
export type MailAccount = { readonly key: string; readonly audienceId: string };

export type MailGate = {
  /** Counts and records what is about to be sent. Asking again under the same id counts once. */
  readonly admit: (
    sessionId: string,
    request: { readonly sendId: string; readonly body: string; readonly mails: readonly Mail[] },
  ) => TE.TaskEither<CommandFailure, void>;
  readonly settle: (
    sessionId: string,
    sendId: string,
    outcome: { readonly ids: readonly string[] } | { readonly error: StepError },
  ) => TE.TaskEither<CommandFailure, void>;
  /** `undefined` where the session has no mail any more. */
  readonly account: (sessionId: string) => TE.TaskEither<CommandFailure, MailAccount | undefined>;
};

/** Inboxes Resend has for tests (https://resend.com/docs/dashboard/emails/send-test-emails). */
const TEST_INBOX = /^(delivered|bounced|complained|suppressed)(\+[^@]*)?@resend\.dev$/;

type Deps = {
  readonly handlers: Handlers;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: MailPolicy;
};

const ofApp = (key: string): Cause => ({
  key,
  causationId: key,
  correlationId: key,
  actor: 'process-manager:mail-relay',
});

/** The rules of a session's mail, as the relay in front of the mail service asks for them. */
export const createMailGate = ({ handlers, vault, clock, policy }: Deps): MailGate => ({
  admit: (sessionId, { sendId, body, mails }) =>
    pipe(
      vault.digest(sessionId, body),
      TE.mapLeft((error): CommandFailure => error),
      TE.flatMap((digest) =>
        handlers.session(
          sessionId,
          (state) =>
            decideSendMail(
              {
                sendId,
                recipients: mails.map(({ recipients }) => recipients.length),
                isTest: mails.every(({ recipients }) => recipients.every((to) => TEST_INBOX.test(to))),
                digest,
                to: mails.flatMap(({ recipients }) => recipients),
                subjects: mails.map(({ subject }) => subject),
                policy,
                now: clock.now(),
              },
              state,
            ),
          ofApp(sendId),
        ),
      ),
      TE.map(() => undefined),
    ),
  settle: (sessionId, sendId, outcome) =>
    pipe(
      handlers.session(
        sessionId,
        (state) =>
          decideSettleMail(
            'ids' in outcome
              ? { type: 'MailSent', data: { sendId, ids: outcome.ids } }
              : { type: 'MailRefused', data: { sendId, error: outcome.error } },
            state,
          ),
        ofApp(derivedId(sendId, 'outcome')),
      ),
      TE.map(() => undefined),
    ),
  account: (sessionId) =>
    pipe(
      mailAccountOf(vault, sessionId),
      TE.mapLeft((error): CommandFailure => error),
    ),
});

export const mailAccountOf = (
  vault: Vault,
  sessionId: string,
): TE.TaskEither<VaultError, MailAccount | undefined> =>
  pipe(
    vault.all(sessionId),
    TE.map((values) => {
      const key = values[keptName('RESEND_API_KEY')];
      const audienceId = values.RESEND_AUDIENCE_ID;
      return key === undefined || audienceId === undefined ? undefined : { key, audienceId };
    }),
  );
