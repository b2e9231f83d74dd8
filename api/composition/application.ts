import { timingSafeEqual } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CommandFailure } from '../../commands/handler.ts';
import { randomId, sha256 } from '../../commands/identifiers.ts';
import type { EventStore } from '../../commands/ports/event-store.ts';
import { type Context, causedBy } from '../../commands/process-managers/context.ts';
import type { Runner } from '../../commands/process-managers/runner.ts';
import { verifySeals } from '../../commands/seal.ts';
import { createSessionCreator } from '../../commands/visitor/create-session.ts';
import { createSessionCommands } from '../../commands/visitor/session-commands.ts';
import { decidePoolTarget } from '../../domain/pool/pool.ts';
import { resourceName } from '../../domain/services.ts';
import { decideWake } from '../../domain/session/decide/life.ts';
import { sessionStream } from '../../domain/session/events.ts';
import { renderPool } from '../../projections/pool-view/index.ts';
import { evolveSessionView } from '../../projections/session-view/evolve.ts';
import { evolveTranscript } from '../../projections/transcript-view/evolve.ts';
import type { SessionView, TranscriptView } from '../../projections/views.ts';
import type { Application, CommandError, PreviewTarget } from '../application.ts';
import { toCommandError } from './command-error.ts';
import { type startHub, toPublic } from './hub.ts';
import { maskEnv } from './masked-env.ts';
import { createOrphans } from './orphans.ts';
import { createProjections } from './projections.ts';
import type { Views } from './views.ts';

const LISTED_SESSIONS = 50;
/** A history is read whole to check its seals or to show the past; sessions have some hundreds of events. */
const WHOLE_STREAM = 100_000;

type Parts = {
  readonly context: Context;
  readonly store: EventStore;
  readonly views: Views;
  readonly hub: ReturnType<typeof startHub>;
  readonly managers: Pick<Runner, 'nudgePool' | 'sweep' | 'sweptAt'>;
  readonly health: Application['health'];
  readonly claimed: (source: 'pool' | 'cold') => void;
};

/** The application as the routes see it: commands to the write side, questions to the read side. */
export const createApplication = (parts: Parts): Application => {
  const { context, store, views, hub, managers } = parts;
  const { handlers, world, settings, reader } = context;
  const create = createSessionCreator(context);
  const commands = createSessionCommands(handlers);

  /** Answers when the command's own events can be read back. */
  const settled = <A extends { readonly position?: string }>(
    task: TE.TaskEither<CommandFailure, A>,
  ): TE.TaskEither<CommandError, A> =>
    pipe(
      task,
      TE.mapLeft(toCommandError),
      TE.chainFirstTaskK(
        ({ position }) =>
          () =>
            views.waitFor(position),
      ),
    );

  const onPool = (commandId: string, target: number, reason?: string) =>
    settled(
      handlers.pool(
        settings.specHash,
        (pool) => E.right(decidePoolTarget({ target, ...(reason === undefined ? {} : { reason }) }, pool)),
        { key: commandId, causationId: commandId, correlationId: commandId, actor: 'operator' },
      ),
    );

  const unavailable = (error: { readonly message: string }): CommandError => ({
    tag: 'Unavailable',
    code: 'store_unavailable',
    message: error.message,
  });

  const pastEvents = (sessionId: string, limit: number, from = 0) =>
    pipe(
      reader.session(sessionId, { from, limit }),
      TE.bimap(unavailable, (events) => events.map(toPublic)),
    );

  return {
    nudgePool: managers.nudgePool,
    ...createProjections(views),
    ...createOrphans({ directory: context.directory, views, janitor: managers }),
    createSession: (command) =>
      pipe(
        settled(create(command)),
        TE.map(({ position: _position, ...created }) => {
          parts.claimed(created.source);
          return created;
        }),
      ),
    submitTurn: (command) => settled(commands.submitTurn(command)),
    cancelTurn: (command) => settled(commands.cancelTurn(command)),
    moveHistory: (command) => settled(commands.moveHistory(command)),
    retryService: (command) => settled(commands.retryService(command)),
    wake: (command) => settled(commands.wake(command)),
    closeSession: (command) => settled(commands.close(command)),
    setPoolTarget: ({ commandId, target }) => onPool(commandId, target),
    drainPool: ({ commandId, reason }) => onPool(commandId, 0, reason),

    access: async (sessionId, owner, sessionKey) => {
      const listed = await views.list.get(sessionId);
      if (listed === undefined || listed.item.phase === 'closed' || !listed.owners.includes(owner))
        return 'not_found';
      return sessionKey !== undefined && sameDigest(listed.keyDigest, sha256(sessionKey))
        ? 'granted'
        : 'wrong_key';
    },
    sessionView: (sessionId) => views.sessions.get(sessionId),
    transcript: (sessionId) => views.transcripts.get(sessionId),
    sessionAt: (sessionId, revision) =>
      pipe(
        pastEvents(sessionId, revision + 1),
        TE.flatMap((events) => {
          const view = events.reduce<SessionView | undefined>(evolveSessionView, undefined);
          const transcript = events.reduce<TranscriptView | undefined>(evolveTranscript, undefined);
          return view === undefined || transcript === undefined
            ? TE.left<CommandError>({ tag: 'NotFound' })
            : TE.right({ view, transcript });
        }),
      ),
    sessionsOf: async (owner) =>
      (await views.list.find('owner', owner))
        .map(({ item }) => item)
        .filter(({ phase }) => phase === 'booting' || phase === 'ready')
        .sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))
        .slice(0, LISTED_SESSIONS),
    pool: async () => renderPool(await views.pools.get('pools'), settings.specHash, settings.poolTarget),
    events: (sessionId, { from, limit }) => pastEvents(sessionId, limit, from),
    verify: (sessionId) =>
      pipe(
        store.readStream(sessionStream(sessionId), { limit: WHOLE_STREAM }),
        TE.bimap(unavailable, verifySeals),
      ),
    maskedEnv: (sessionId) =>
      pipe(
        TE.Do,
        TE.bind('view', () => TE.fromTask(() => views.sessions.get(sessionId))),
        TE.bind('values', () => pipe(world.vault.all(sessionId), TE.mapLeft(unavailable))),
        TE.bind('file', ({ view }) => TE.fromTask(() => envFile(context, view?.slug))),
        TE.map(({ view, values, file }) => maskEnv(view?.env.names ?? [], values, file)),
      ),
    secrets: (sessionId) => pipe(world.vault.all(sessionId), TE.mapLeft(unavailable)),
    touch: (slug) => {
      const sessionId = context.directory.sessionBySlug(slug)?.sessionId;
      if (sessionId !== undefined) context.presence.touch(sessionId);
    },
    preview: async (slug, { wakes } = { wakes: true }) => {
      const [view] = await views.sessions.find('slug', slug);
      return view === undefined ? { state: 'unknown' } : previewOf(context, view, wakes);
    },
    live: {
      epoch: world.derive('epoch').slice(0, 12),
      head: hub.head,
      onEvent: hub.onEvent,
      onVolatile: hub.onVolatile,
    },
    health: parts.health,
  };
};

const sameDigest = (known: string | undefined, given: string): boolean =>
  known !== undefined &&
  known.length === given.length &&
  timingSafeEqual(Buffer.from(known), Buffer.from(given));

const envFile = async ({ world }: Context, slug: string | undefined): Promise<string | undefined> => {
  const sandbox = slug === undefined ? undefined : world.sandboxes.running(resourceName(slug));
  const file = await sandbox?.readFile('/app/.env')();
  return file !== undefined && E.isRight(file) ? file.right : undefined;
};

/** Opening the address of an app that sleeps wakes it. */
const previewOf = (context: Context, view: SessionView, wakes: boolean): PreviewTarget => {
  const { sessionId } = view;
  const sandbox = context.world.sandboxes.running(resourceName(view.slug));
  if (view.phase === 'closing' || view.phase === 'closed') return { state: 'gone', sessionId };
  if (view.sandbox === 'awake' && sandbox !== undefined) return { state: 'up', sandbox };
  if (wakes && (view.sandbox === 'asleep' || view.sandbox === 'lost')) void wake(context, sessionId);
  return { state: view.sandbox === 'awake' ? 'waking' : view.sandbox, sessionId };
};

const wake = ({ handlers }: Context, sessionId: string) =>
  handlers.session(
    sessionId,
    (state) => decideWake({ reason: 'its preview was opened' }, state),
    causedBy('lifecycle', randomId()),
  )();
