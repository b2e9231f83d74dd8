import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CommandFailure } from '../../commands/handler.ts';
import type { Cause } from '../../commands/journal.ts';
import type { DevServerReport } from '../../commands/ports/sandboxes.ts';
import { type Context, causedBy } from '../../commands/process-managers/context.ts';
import { createRedactor } from '../../commands/redact.ts';
import { normalised, tidied } from '../../domain/session/app-error-text.ts';
import { decideNoteAppError } from '../../domain/session/decide/app-errors.ts';
import type { AppErrorSource } from '../../domain/session/events.ts';
import type { SeenError } from '../application.ts';
import { lastError, whyItEnded } from './dev-server-log.ts';
import type { Reach } from './reach.ts';

/** An app that fails at every request is looked at this often. */
const LOOK_EVERY_MS = 1_500;

/** Errors of apps, as their pages and their servers show them, on their way into the log. */
export const createAppErrors = (context: Context, reach: Reach) => {
  const { handlers, world, directory, log, clock } = context;
  const now = (): number => Date.parse(clock.now());
  const looks = new Map<
    string,
    { readonly at: number; readonly found: Promise<DevServerReport | undefined> }
  >();

  /** The words of an app are a stranger's, and may repeat a secret the app was given. */
  const note = (
    sessionId: string,
    { source, ...seen }: SeenError & { readonly source: AppErrorSource },
    cause: Cause,
  ) =>
    pipe(
      TE.Do,
      TE.bind('secrets', () => world.vault.all(sessionId)),
      TE.let('text', ({ secrets }) => {
        const { whole } = createRedactor(secrets);
        return tidied({ message: whole(seen.message), detail: whole(seen.detail ?? '') });
      }),
      TE.bind('digest', ({ text }) => world.vault.digest(sessionId, `${source}|${normalised(text.message)}`)),
      TE.mapLeft((error): CommandFailure => error),
      TE.flatMap(({ text, digest }) =>
        handlers.session(
          sessionId,
          (state) => decideNoteAppError({ fingerprint: digest.slice(0, 32), source, ...text }, state),
          cause,
        ),
      ),
    );

  const reportOf = async (sessionId: string | undefined): Promise<DevServerReport | undefined> => {
    const sandbox = sessionId === undefined ? undefined : await reach(sessionId);
    const report = await sandbox?.devServer()();
    return report !== undefined && E.isRight(report) ? report.right : undefined;
  };

  const look = (slug: string): Promise<DevServerReport | undefined> => {
    const before = looks.get(slug);
    if (before !== undefined && now() - before.at < LOOK_EVERY_MS) return before.found;
    const found = reportOf(directory.sessionBySlug(slug)?.sessionId);
    looks.set(slug, { at: now(), found });
    for (const [other, { at }] of looks) if (now() - at > 10 * LOOK_EVERY_MS) looks.delete(other);
    return found;
  };

  const record = async (slug: string, source: AppErrorSource, seen: SeenError): Promise<void> => {
    const sessionId = directory.sessionBySlug(slug)?.sessionId;
    if (sessionId === undefined) return;
    const noted = await note(sessionId, { source, ...seen }, causedBy('preview', clock.id()))();
    if (E.isLeft(noted) && noted.left.tag !== 'Refused')
      log.warn({ slug, error: noted.left.tag }, 'an error of an app could not be recorded');
  };

  return {
    note,
    failed: (slug: string, seen: SeenError): void => {
      void look(slug).then((report) => {
        const detail = lastError(report?.log ?? '');
        return record(slug, 'server', detail === undefined ? seen : { ...seen, detail });
      });
    },
    silent: async (slug: string): Promise<'crashed' | 'starting'> => {
      const report = await look(slug);
      const ended = report === undefined || report.state === 'ready' ? undefined : whyItEnded(report.log);
      if (ended === undefined) return 'starting';
      void record(slug, 'crash', ended);
      return 'crashed';
    },
  };
};
