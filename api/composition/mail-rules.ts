import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Handled } from '../../commands/handler.ts';
import { createMailVerification, type VerificationFailure } from '../../commands/mail/verification.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';
import type { Settled } from './settled.ts';

type OnSession = Handled<SessionState, SessionEvent>;

/** How an owner lets their app send mail to real inboxes. */
export const createMailRules = (
  { handlers, world, clock }: Context,
  settled: Settled,
): Pick<Application, 'verifyAddress' | 'confirmAddress'> => {
  const verification = createMailVerification({ handlers, vault: world.vault, clock, mail: world.mail });
  /** What was recorded is read back as ever; a code that could not be sent is said at once. */
  const answered = (
    command: TE.TaskEither<VerificationFailure, OnSession>,
  ): TE.TaskEither<CommandError, OnSession> =>
    pipe(
      command,
      TE.matchE(
        (failure): TE.TaskEither<CommandError, OnSession> =>
          failure.tag === 'CodeNotSent'
            ? TE.left({ tag: 'Unavailable', code: 'code_not_sent', message: failure.message })
            : settled(TE.left(failure)),
        (handled) => settled(TE.right(handled)),
      ),
    );
  return {
    verifyAddress: (command) => answered(verification.request(command)),
    confirmAddress: (command) =>
      pipe(
        answered(verification.confirm(command)),
        TE.map(({ revision, state }) => ({ revision, verified: state.mail.pending === undefined })),
      ),
  };
};
