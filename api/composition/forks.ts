import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { derivedId } from '../../commands/identifiers.ts';
import type { createSessionCreator } from '../../commands/visitor/create-session.ts';
import type { createSessionCommands } from '../../commands/visitor/session-commands.ts';
import type { SessionView } from '../../projections/views.ts';
import type { CommandError } from '../application/command.ts';
import type { Application } from '../application.ts';
import type { settledIn } from './settled.ts';
import type { Views } from './views.ts';

const UNNAMED = 'an app without a name';

/** What a version of a session is called. */
const versionOf = ({ history, fork }: SessionView, commit: string): string => {
  const known = history.commits.find(({ sha }) => sha === commit);
  if (known !== undefined) return known.title;
  return commit === fork?.commit ? fork.version : 'The template';
};

type Parts = {
  readonly views: Views;
  readonly create: ReturnType<typeof createSessionCreator>;
  readonly commands: ReturnType<typeof createSessionCommands>;
  readonly settled: ReturnType<typeof settledIn>;
  readonly claimed: (source: 'pool' | 'cold') => void;
};

/** Sessions that begin as a version of another one. */
export const createForks = ({
  views,
  create,
  commands,
  settled,
  claimed,
}: Parts): Pick<Application, 'forkSession' | 'retryFork'> => ({
  forkSession: ({ commandId, sessionId, owner, commit, data, sessionKey }) =>
    pipe(
      TE.fromTask(() => views.sessions.get(sessionId)),
      TE.flatMap((view) =>
        view === undefined
          ? TE.left<CommandError, SessionView>({ tag: 'NotFound' })
          : TE.right<CommandError, SessionView>(view),
      ),
      TE.flatMap((view) =>
        settled(
          create({
            // The same id may have made another session from nothing.
            commandId: derivedId(commandId, `fork|${sessionId}`),
            owner,
            residentialIp: false,
            fork: {
              from: sessionId,
              commit,
              data,
              title: view.title === '' ? UNNAMED : view.title,
              version: versionOf(view, commit),
            },
            ...(sessionKey === undefined ? {} : { sessionKey }),
          }),
        ),
      ),
      TE.map(({ position: _position, ...created }) => {
        claimed(created.source);
        return created;
      }),
    ),
  retryFork: (command) => settled(commands.retryFork(command)),
});
