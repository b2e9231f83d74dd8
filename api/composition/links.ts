import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Handled } from '../../commands/handler.ts';
import { sha256 } from '../../commands/identifiers.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import { causeOf } from '../../commands/visitor/session-commands.ts';
import { decideIssueLink, decideRedeemLink } from '../../domain/session/decide/links.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { Application } from '../application.ts';
import type { Settled } from './settled.ts';

type OnSession = Handled<SessionState, SessionEvent>;

/** The way of a session into another browser. The log has digests only; the secret is in the link, and nowhere else. */
export const createLinks = (
  { handlers, world }: Context,
  settled: Settled,
): Pick<Application, 'issueLink' | 'redeemLink'> => ({
  issueLink: (command) => {
    // Derived, so that a command whose answer was lost gives the same link again.
    const secret = world.derive('device-link', command.sessionId, command.owner, command.commandId);
    const linkDigest = sha256(secret);
    return pipe(
      settled(
        handlers.session(
          command.sessionId,
          (state, now) => decideIssueLink({ linkDigest, now }, state),
          causeOf(command, 'issue-link'),
        ),
      ),
      TE.map(({ state, revision }: OnSession) => ({
        secret,
        expiresAt: state.links.find((link) => link.linkDigest === linkDigest)?.expiresAt ?? '',
        revision,
      })),
    );
  },

  redeemLink: (command) => {
    const { sessionId, owner, secret } = command;
    const sessionKey = command.sessionKey ?? world.derive('session-key', owner, command.commandId);
    const link = { linkDigest: sha256(secret), owner, keyDigest: sha256(sessionKey) };
    return pipe(
      settled(
        handlers.session(
          sessionId,
          (state, now) => decideRedeemLink({ ...link, now }, state),
          causeOf(command, 'use-link'),
        ),
      ),
      TE.map(({ revision }: OnSession) => ({ sessionKey, revision })),
    );
  },
});
