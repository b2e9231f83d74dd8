import { timingSafeEqual } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { randomId, sha256 } from '../../commands/identifiers.ts';
import { pictureIn } from '../../commands/pictures.ts';
import type { EventStore } from '../../commands/ports/event-store.ts';
import { type Context, causedBy } from '../../commands/process-managers/context.ts';
import type { Runner } from '../../commands/process-managers/runner.ts';
import { createSessionCreator } from '../../commands/visitor/create-session.ts';
import { causeOf, createSessionCommands } from '../../commands/visitor/session-commands.ts';
import { decidePoolTarget } from '../../domain/pool/pool.ts';
import { resourceName } from '../../domain/services.ts';
import { decideWake } from '../../domain/session/decide/life.ts';
import { renderPool } from '../../projections/pool-view/index.ts';
import { opens } from '../../projections/session-list/index.ts';
import type { SessionView } from '../../projections/views.ts';
import type { CommandError } from '../application/command.ts';
import type { Application, PreviewTarget } from '../application.ts';
import { createAppErrors } from './app-errors.ts';
import { createHistories } from './audit.ts';
import { listSessions } from './audit-sessions.ts';
import { createByHand } from './by-hand.ts';
import { storeUnavailable, toCommandError } from './command-error.ts';
import { createForks } from './forks.ts';
import { type startHub, toPublic } from './hub.ts';
import { createLinks } from './links.ts';
import { createMailRules } from './mail-rules.ts';
import { createOldVersions, slugOfVersion } from './old-versions.ts';
import { createOps } from './ops.ts';
import { createOrphans } from './orphans.ts';
import type { ProcessWatch } from './process-facts.ts';
import { createProjections } from './projections.ts';
import { type KeptPages, pageText } from './quick-pages.ts';
import { createReach, type Reach } from './reach.ts';
import { readingAlong } from './read-along.ts';
import { settledIn } from './settled.ts';
import { createSpending } from './spending.ts';
import { createUse } from './use.ts';
import type { Views } from './views.ts';

const LISTED_SESSIONS = 50;

const NO_PICTURE: CommandError = {
  tag: 'Missing',
  code: 'unknown_picture',
  message: 'There is no such picture in this session.',
};

type Parts = {
  readonly context: Context;
  readonly store: EventStore;
  readonly views: Views;
  readonly pages: KeptPages;
  readonly hub: ReturnType<typeof startHub>;
  readonly managers: Pick<Runner, 'nudgePool' | 'sweep' | 'sweptAt'>;
  /** False where other processes run the process managers. */
  readonly runsManagers: boolean;
  readonly watch: Pick<ProcessWatch, 'facts'>;
  readonly health: Application['health'];
  readonly claimed: (source: 'pool' | 'cold') => void;
};

/** The application as the routes see it: commands to the write side, questions to the read side. */
export const createApplication = (
  parts: Parts,
): Application & { readonly sweepVersions: () => Promise<void> } => {
  const { context, store, views, hub, managers } = parts;
  const { handlers, world, settings, reader } = context;
  const create = createSessionCreator(context);
  const reach = createReach(context);
  const use = createUse(context, { tellsLog: !parts.runsManagers });
  const versions = createOldVersions(context, reach);
  const commands = createSessionCommands(handlers, world.vault);

  const settled = settledIn(views);

  const onPool = (commandId: string, target: number, reason?: string) =>
    settled(
      handlers.pool(
        settings.specHash,
        (pool) => E.right(decidePoolTarget({ target, ...(reason === undefined ? {} : { reason }) }, pool)),
        { key: commandId, causationId: commandId, correlationId: commandId, actor: 'operator' },
      ),
    );

  const pastEvents = (sessionId: string, limit: number, from = 0) =>
    pipe(
      reader.session(sessionId, { from, limit }),
      TE.bimap(storeUnavailable, (events) => events.map(toPublic)),
    );

  /**
   * A session may have been started through another process a moment ago: the log says whether there is one that the
   * views here have not come to yet.
   */
  const listedElsewhere = async (sessionId: string) => {
    if (settings.exclusive) return undefined;
    const begun = await reader.session(sessionId, { limit: 1 })();
    const [first] = E.isRight(begun) ? begun.right : [];
    if (first === undefined) return undefined;
    await views.waitFor(first.position);
    return views.list.get(sessionId);
  };

  /** On its way to a full app a page is shown as before: what comes of it is not there yet. */
  const quickPreviewOf = async ({ sessionId, phase, history }: SessionView): Promise<PreviewTarget> => {
    if (phase === 'closing' || phase === 'closed') {
      parts.pages.forget(sessionId);
      return { state: 'gone', sessionId };
    }
    const page = context.pages.of(sessionId) ?? (await pageText(parts.pages, sessionId, history.at));
    return page === undefined ? { state: 'unwritten', sessionId } : { state: 'page', sessionId, page };
  };

  const appErrors = createAppErrors(context, reach);
  const orphans = createOrphans({ ...context, views, janitor: managers });

  return {
    sweepVersions: versions.sweep,
    nudgePool: managers.nudgePool,
    ...createProjections(views),
    ...orphans,
    ...createByHand({ context, reach, commands, settled }),
    ...createOps({
      ...context,
      views,
      orphans: orphans.orphans,
      sweptAt: managers.sweptAt,
      watch: parts.watch,
    }),
    createSession: (command) =>
      pipe(
        settled(create(command)),
        TE.map(({ position: _position, ...created }) => {
          // Neither warm nor cold: nothing was wanted of the pool.
          if (command.mode !== 'quick') parts.claimed(created.source);
          return created;
        }),
      ),
    upgrade: (command) => settled(commands.upgrade(command)),
    ...createForks({ views, create, commands, settled, claimed: parts.claimed }),
    submitTurn: (command) => settled(commands.submitTurn(command)),
    keepPicture: (command) => settled(commands.keepPicture(command)),
    picture: (sessionId, pictureId) =>
      pipe(
        pictureIn(world.vault, sessionId, pictureId),
        TE.mapLeft(toCommandError),
        TE.flatMap((picture) => (picture === undefined ? TE.left(NO_PICTURE) : TE.right(picture))),
      ),
    cancelTurn: (command) => settled(commands.cancelTurn(command)),
    chooseModel: (command) => settled(commands.chooseModel(command)),
    ...createSpending(context, settled),
    moveHistory: (command) => settled(commands.moveHistory(command)),
    openVersion: versions.openVersion,
    closeVersion: versions.closeVersion,
    version: versions.version,
    retryService: (command) => settled(commands.retryService(command)),
    wake: (command) => settled(commands.wake(command)),
    closeSession: (command) => {
      parts.pages.forget(command.sessionId);
      return settled(commands.close(command));
    },
    ...createLinks(context, settled),
    ...createMailRules(context, settled),
    noteAppError: (command) =>
      settled(appErrors.note(command.sessionId, command, causeOf(command, 'note-app-error'))),
    appFailed: (slug, seen) => {
      // An error of what the app once was is none of what it is.
      if (slugOfVersion(slug) === undefined) appErrors.failed(slug, seen);
    },
    appSilent: (slug) => {
      const of = slugOfVersion(slug);
      return of === undefined ? appErrors.silent(slug) : versions.silent(of);
    },
    setPoolTarget: ({ commandId, target }) => onPool(commandId, target),
    drainPool: ({ commandId, reason }) => onPool(commandId, 0, reason),

    access: async (sessionId, owner, sessionKey) => {
      const listed = (await views.list.get(sessionId)) ?? (await listedElsewhere(sessionId));
      if (listed === undefined || listed.item.phase === 'closed' || !listed.owners.includes(owner))
        return 'not_found';
      return sessionKey !== undefined && opens(listed, { owner, keyDigest: sha256(sessionKey) }, sameDigest)
        ? 'granted'
        : 'wrong_key';
    },
    sessionView: (sessionId) => views.sessions.get(sessionId),
    transcript: (sessionId) => views.transcripts.get(sessionId),
    sessionsOf: async (owner) =>
      (await views.list.find('owner', owner))
        .map(({ item }) => item)
        .filter(({ phase }) => phase === 'booting' || phase === 'ready')
        .sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))
        .slice(0, LISTED_SESSIONS),
    // Also before anything of it can be read: the first page shows it to whoever comes, and operators see it beside.
    pool: async () => {
      const pools = views.pools.serves() ? await views.pools.get('pools') : undefined;
      return renderPool(pools, settings.specHash, settings.poolTarget);
    },
    events: (sessionId, { from, limit }) => pastEvents(sessionId, limit, from),
    audit: {
      ...createHistories({ reader, store, findHead: hub.findHead }),
      sessions: (query) => listSessions(query, { directory: context.directory, views, head: hub.head }),
    },
    secrets: (sessionId) => pipe(world.vault.all(sessionId), TE.mapLeft(storeUnavailable)),
    touch: (slug) => {
      const sessionId = context.directory.sessionBySlug(slugOfVersion(slug) ?? slug)?.sessionId;
      if (sessionId !== undefined) use(sessionId);
    },
    preview: async (slug, { wakes } = { wakes: true }) => {
      const of = slugOfVersion(slug);
      if (of !== undefined) return versions.target(of);
      const [view] = await views.sessions.find('slug', slug);
      if (view === undefined) return { state: 'unknown' };
      return view.mode === undefined ? previewOf(context, reach, use, view, wakes) : quickPreviewOf(view);
    },
    live: {
      epoch: world.derive('epoch').slice(0, 12),
      head: hub.head,
      findHead: hub.findHeadOrHeard,
      onEvent: hub.onEvent,
      onVolatile: parts.runsManagers ? hub.onVolatile : readingAlong(context, hub, reach),
    },
    health: parts.health,
  };
};

const sameDigest = (known: string, given: string): boolean =>
  known.length === given.length && timingSafeEqual(Buffer.from(known), Buffer.from(given));

/** Opening the address of an app that sleeps wakes it, and is use of it also where it cannot be woken. */
const previewOf = (
  context: Context,
  reach: Reach,
  use: (sessionId: string) => void,
  view: SessionView,
  wakes: boolean,
): PreviewTarget => {
  const { sessionId } = view;
  const sandbox = context.world.sandboxes.running(resourceName(view.slug));
  if (view.phase === 'closing' || view.phase === 'closed') return { state: 'gone', sessionId };
  if (view.sandbox === 'awake' && sandbox !== undefined) return { state: 'up', sandbox };
  // Booted by another process: on its way, and there when the proxy asks again.
  if (view.sandbox === 'awake') void reach(sessionId);
  if (wakes && (view.sandbox === 'asleep' || view.sandbox === 'lost')) {
    void wake(context, sessionId);
    use(sessionId);
  }
  const state = view.sandbox === 'awake' ? 'waking' : view.sandbox === 'none' ? 'booting' : view.sandbox;
  return { state, sessionId };
};

const wake = ({ handlers }: Context, sessionId: string) =>
  handlers.session(
    sessionId,
    (state) => decideWake({ reason: 'its preview was opened' }, state),
    causedBy('lifecycle', randomId()),
  )();
