import { randomInt } from 'node:crypto';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { decideRequestVerification, decideVerifyAddress } from '../../domain/session/decide/mail.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { CommandFailure, Handled, Handlers } from '../handler.ts';
import { derivedId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { MailSender } from '../ports/mail.ts';
import type { Vault } from '../ports/vault.ts';
import { causeOf, type VisitorCommand } from '../visitor/session-commands.ts';

type OnSession = Handled<SessionState, SessionEvent>;
export type VerificationFailure = CommandFailure | { readonly tag: 'CodeNotSent'; readonly message: string };

type Deps = {
  readonly handlers: Handlers;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly mail: MailSender | undefined;
};

/**
 * How an owner shows that an address is theirs: a code is sent there, and brought back. A server that dies between the
 * record and the mail has sent no code; another is asked for.
 */
export const createMailVerification = ({ handlers, vault, clock, mail }: Deps) => {
  const digest = (sessionId: string, text: string): TE.TaskEither<VerificationFailure, string> =>
    vault.digest(sessionId, text);

  const send = (sessionId: string, to: string, code: string, idempotencyKey: string) =>
    mail === undefined
      ? TE.left<VerificationFailure>({ tag: 'CodeNotSent', message: 'This server sends no mail.' })
      : pipe(
          mail.sendCode(sessionId, { to, code, idempotencyKey }),
          TE.mapLeft(({ message }): VerificationFailure => ({ tag: 'CodeNotSent', message })),
        );

  return {
    request: (
      command: VisitorCommand & { readonly address: string },
    ): TE.TaskEither<VerificationFailure, OnSession> => {
      const { sessionId, commandId, owner } = command;
      const address = command.address.trim().toLowerCase();
      const verificationId = derivedId(derivedId(commandId, owner), 'verify');
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      return pipe(
        TE.Do,
        TE.bind('addressDigest', () => digest(sessionId, `address:${address}`)),
        TE.bind('codeDigest', () => digest(sessionId, `code:${code}`)),
        TE.flatMap(
          ({ addressDigest, codeDigest }): TE.TaskEither<VerificationFailure, OnSession> =>
            handlers.session(
              sessionId,
              (state) =>
                decideRequestVerification(
                  { verificationId, address, addressDigest, codeDigest, now: clock.now() },
                  state,
                ),
              causeOf(command, 'verify-address'),
            ),
        ),
        TE.tap(({ events }) =>
          events.length === 0 ? TE.right(undefined) : send(sessionId, address, code, verificationId),
        ),
      );
    },

    confirm: (
      command: VisitorCommand & { readonly code: string },
    ): TE.TaskEither<VerificationFailure, OnSession> =>
      pipe(
        digest(command.sessionId, `code:${command.code.trim()}`),
        TE.flatMap(
          (codeDigest): TE.TaskEither<VerificationFailure, OnSession> =>
            handlers.session(
              command.sessionId,
              (state) => decideVerifyAddress({ codeDigest, now: clock.now() }, state),
              causeOf(command, 'confirm-address'),
            ),
        ),
      ),
  };
};
