import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { createDirectory } from '../../commands/directory.ts';
import type { World } from '../../commands/effects/context.ts';
import { EFFECTS, type Effects } from '../../commands/effects/index.ts';
import { createHandlers } from '../../commands/handler.ts';
import { randomId } from '../../commands/identifiers.ts';
import { createJournal } from '../../commands/journal.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import type { EventStore } from '../../commands/ports/event-store.ts';
import type { Context, Observer, Settings } from '../../commands/process-managers/context.ts';
import { startFollower } from '../../commands/process-managers/follower.ts';
import { createPresences } from '../../commands/process-managers/presence.ts';
import { startRunner } from '../../commands/process-managers/runner.ts';
import { createPageStreams } from '../../commands/quick/page-streams.ts';
import { createReader } from '../../commands/reader.ts';
import type { ProcessFacts } from '../../projections/operator-views.ts';
import type { EventFeed } from '../../projections/ports.ts';
import type { Application } from '../application.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger } from '../log.ts';
import { createApplication } from './application.ts';
import { createFeed, startHub } from './hub.ts';
import { observeStore } from './observed-store.ts';
import { watchProcess } from './process-facts.ts';
import { createKeptPages } from './quick-pages.ts';
import type { Storage } from './storage.ts';
import { SYSTEM_PROMPT } from './system-prompt.ts';
import { watchVault } from './vault-watch.ts';
import { startViews } from './views.ts';

/** What a server is put between: sandboxes, their agents, and the services of a session. */
export type Outside = Pick<
  World,
  | 'sandboxes'
  | 'agent'
  | 'pageWriter'
  | 'providers'
  | 'repository'
  | 'mail'
  | 'checkpoints'
  | 'forwards'
  | 'modelToken'
  | 'residentialProxy'
>;

export type CoreOptions = {
  readonly storage: Storage;
  readonly outside: Outside;
  readonly settings: Omit<Settings, 'runner'>;
  readonly logger: Logger;
  readonly observe: Observer;
  readonly claimed: (source: 'pool' | 'cold') => void;
  /** `ready`: everything that is in the log has been read. */
  readonly health: (ready: boolean) => ReturnType<Application['health']>;
  readonly shutdown: Shutdown;
  /** The world as effects get to use it; a bench slows it down, a test cuts it off. */
  readonly decorate?: (world: World) => World;
  readonly effects?: Effects;
  /** False where others run the process managers. */
  readonly runsManagers?: boolean;
};

/** So that a preview that is loaded again does not open the vault. */
const PAGES_AT_HAND = 50;

/**
 * A server but for its network: the write side over a log and an outside world, the views of that log, and the
 * application that answers from both.
 */
export const startCore = (options: CoreOptions) => {
  const { storage, settings, logger, observe, shutdown } = options;
  const { decorate = (world) => world, runsManagers = true } = options;
  const { vault, readModels, derive } = storage;
  const { store, facts } = observeStore(storage.store);
  if (storage.isLogRemote) watchLog(store, shutdown);
  const runner = randomId();
  const stopping = new AbortController();
  const cipher = { encryptField, decryptField };
  const reader = createReader({ store, vault, cipher });
  const directory = createDirectory();
  const hub = startHub(store, reader, { signal: stopping.signal, headOf: directory.headOf });
  const feed = createFeed(store, reader);
  const views = startViews(feed, readModels, {
    signal: stopping.signal,
    log: logger,
  });
  shutdown.defer('views', async () => {
    stopping.abort();
    await Promise.all([views.stopped, hub.stopped]);
  });

  const context: Context = {
    handlers: createHandlers(createJournal({ store, vault, cipher, clock: systemClock }), systemClock),
    reader,
    directory,
    world: decorate({ ...options.outside, vault, derive, systemPrompt: SYSTEM_PROMPT, runner }),
    effects: options.effects ?? EFFECTS,
    clock: systemClock,
    settings: { ...settings, runner },
    log: logger.child({ part: 'process managers' }),
    observe,
    volatile: hub.volatile,
    pages: createPageStreams(),
    presence: createPresences(systemClock),
  };
  const managers = runsManagers
    ? startRunner(context, store, storage.snapshots)
    : startFollower(context, store, storage.snapshots);
  shutdown.defer('process managers', managers.stop);
  const watch = watchProcess(async () => ({ ...(await countOf(feed)), ...facts() }));
  shutdown.defer('process watch', watch.stop);
  const caughtUp = Promise.all([managers.caughtUp, views.caughtUp]);
  const isCaughtUp = whenDone(caughtUp, logger);
  const shared = settings.exclusive
    ? undefined
    : watchVault({ store, vault, directory: context.directory, logger });
  if (shared !== undefined) {
    shutdown.defer('vault watch', shared.stop);
    void managers.caughtUp.then(shared.lookBack, () => undefined);
  }

  const app = createApplication({
    context,
    store,
    views,
    pages: createKeptPages(vault, {
      most: PAGES_AT_HAND,
      isOpen: (id) => context.directory.session(id)?.status === 'open',
    }),
    hub,
    managers,
    runsManagers,
    watch,
    claimed: options.claimed,
    health: () => ({
      ...options.health(isCaughtUp() && shared?.isOurs() !== false),
      store: facts().state,
    }),
  });
  // Whoever looked at an older version before looked at it through a process that is no more.
  if (context.settings.exclusive) void managers.caughtUp.then(app.sweepVersions, () => undefined);
  return {
    app,
    context,
    managers,
    caughtUp,
    /** How it is at this moment, for figures. */
    facts: () => ({ isReady: app.health().ready, isLogUp: facts().state === 'up', appends: facts().appends }),
  };
};

/** So that also a server nobody asks anything of knows, and says, that its log is away. */
const LOG_LOOK_MS = 1_000;

const watchLog = (store: Pick<EventStore, 'head'>, shutdown: Shutdown): void => {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    await store.head()();
    looking = false;
  };
  // At once: it may be away already.
  void look();
  const timer = setInterval(look, LOG_LOOK_MS);
  shutdown.defer('look at the log', () => clearInterval(timer));
};

/** None while the log cannot be read: `state` says so beside it. */
const countOf = async (feed: EventFeed): Promise<Pick<ProcessFacts['store'], 'events' | 'unit'>> => {
  const events = await feed.count().catch(() => 0);
  const unit = feed.unit?.();
  return { events, ...(unit === undefined ? {} : { unit }) };
};

const whenDone = (done: Promise<unknown>, logger: Logger): (() => boolean) => {
  let isDone = false;
  done.then(
    () => {
      isDone = true;
    },
    (error: unknown) => logger.error({ error: String(error) }, 'could not catch up with the log'),
  );
  return () => isDone;
};
