import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBridgeAgent } from '../../adapters/agent/bridge-client.ts';
import { analyticsIngest } from '../../adapters/analytics/ingest.ts';
import { createTokenVerifier } from '../../adapters/identity/verify.ts';
import { requireGit } from '../../adapters/repository/embedded/git.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { createDirectory } from '../../commands/directory.ts';
import type { World } from '../../commands/effects/context.ts';
import { createHandlers } from '../../commands/handler.ts';
import { randomId, sha256 } from '../../commands/identifiers.ts';
import { createJournal } from '../../commands/journal.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import { createPresences } from '../../commands/process-managers/presence.ts';
import { type Runner, startRunner } from '../../commands/process-managers/runner.ts';
import { createReader } from '../../commands/reader.ts';
import type { Config } from '../config.ts';
import { lockDataDir } from '../lifecycle/data-dir-lock.ts';
import { listenOrExplain } from '../lifecycle/listen.ts';
import { createShutdown, type Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger, Scrubber } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { buildServer } from '../server.ts';
import { createApplication } from './application.ts';
import { type EmbeddedServices, FIREBASE_PROJECT, startEmbeddedServices } from './embedded.ts';
import { createFeed, startHub } from './hub.ts';
import { INGEST_PATH } from './ingest.ts';
import { lifeSettings } from './life.ts';
import { startLocalSandboxes } from './local-sandboxes.ts';
import { createObserver } from './observer.ts';
import { createPanels } from './panels.ts';
import { findPort } from './port.ts';
import { explained, orStop } from './start-error.ts';
import { openStorage } from './storage.ts';
import { SYSTEM_PROMPT } from './system-prompt.ts';
import { startViews } from './views.ts';

const WEB_ROOT = join(fileURLToPath(new URL('../../', import.meta.url)), 'web', 'dist');

/** How many unclaimed sandboxes boot at once: on two cores a second one only makes both slower. */
const POOL_BOOT_CONCURRENCY = 1;
const TOP_UP_HOLD_MS = 15_000;

export type Started = {
  readonly url: string;
  readonly port: number;
  readonly sandboxes: SandboxHost;
  /** Stops taking requests, lets what runs come to rest, stops the services; open work is taken up at the next start. */
  readonly close: () => Promise<void>;
};

export type StartOptions = {
  readonly logger: Logger;
  readonly scrubber: Scrubber;
  /** Told what is being set up and how long it took, a line at a time. */
  readonly say: (line: string) => void;
  /** The outside world as effects get to use it; a bench slows it down, a test cuts it off. */
  readonly decorate?: (world: World) => World;
  /** Where everything that is started is written down, for whoever may have to stop it half-way. */
  readonly shutdown?: Shutdown;
};

/** Puts everything together and starts it. Where that fails, what had been started is stopped again. */
export const start = async (config: Config, options: StartOptions): Promise<Started> => {
  const { shutdown = createShutdown(options.logger) } = options;
  const close = async (): Promise<void> => {
    await shutdown.run();
  };
  try {
    return { ...(await startParts(config, options, shutdown)), close };
  } catch (error) {
    await close();
    throw explained(error);
  }
};

const startParts = async (
  configured: Config,
  { logger, scrubber, say, decorate = (world) => world }: StartOptions,
  shutdown: Shutdown,
): Promise<Omit<Started, 'close'>> => {
  // Before anything in it is opened: two servers on one directory would end each other's sandboxes.
  shutdown.defer('data directory', orStop(lockDataDir(configured.dataDir)).release);
  const port = await findPort(configured);
  // Asked first: a first start takes half a minute, and would only then say so.
  await requireGit();
  const publicUrl = configured.publicUrl ?? `http://localhost:${port}`;
  const config: Config = { ...configured, port, publicUrl };
  const runner = randomId();
  const metrics = createMetrics();
  const running: { managers?: Runner } = {};

  const { store, vault, readModels, derive } = openStorage(config, { logger, scrubber, shutdown });
  const [services, sandboxes] = await bothOrNeither(
    startEmbeddedServices(config, { publicUrl, derive, logger, shutdown }),
    startLocalSandboxes(config, {
      logger,
      say,
      shutdown,
      onExit: (slug) => running.managers?.sandboxExited(slug),
    }),
  );
  scrubber.register(services.controlKey);

  const stopping = new AbortController();
  const cipher = { encryptField, decryptField };
  const reader = createReader({ store, vault, cipher });
  const hub = startHub(store, reader, stopping.signal);
  const views = startViews(createFeed(store, reader), readModels, {
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
    directory: createDirectory(),
    world: decorate({
      sandboxes: sandboxes.host,
      agent: createBridgeAgent(),
      providers: services.providers,
      repository: services.providers.github,
      vault,
      derive,
      forwards: services.forwards,
      systemPrompt: SYSTEM_PROMPT,
      runner,
    }),
    clock: systemClock,
    settings: {
      runner,
      exclusive: true,
      specHash: specHashOf(config, sandboxes.templateHash),
      model: config.defaultModel,
      poolTarget: config.poolTarget,
      poolBootConcurrency: POOL_BOOT_CONCURRENCY,
      topUpHoldMs: TOP_UP_HOLD_MS,
      ...lifeSettings(config.life),
    },
    log: logger.child({ part: 'process managers' }),
    observe: createObserver(logger, metrics),
    volatile: hub.volatile,
    presence: createPresences(systemClock),
  };
  const managers = startRunner(context, store);
  running.managers = managers;
  shutdown.defer('process managers', managers.stop);
  const caughtUp = whenDone(Promise.all([managers.caughtUp, views.caughtUp]), logger);

  const app = createApplication({
    context,
    store,
    views,
    hub,
    managers,
    claimed: metrics.claim,
    health: () => ({
      isolation: sandboxes.host.isolation,
      store: 'up',
      services: healthOf(services),
      agent: config.agentCommand ?? 'mk0r-offline-agent (rule-based)',
      ready: caughtUp() && services.postgres.state() === 'up',
    }),
  });
  const { server } = await buildServer({
    app,
    config,
    verifyToken: createTokenVerifier({ projectId: FIREBASE_PROJECT, localCerts: services.identity.certs }),
    logger: logger.child({ part: 'http' }),
    metrics,
    panels: createPanels(services, vault),
    identity: {
      firebase: { apiKey: 'mk0r-local', projectId: FIREBASE_PROJECT, authDomain: new URL(publicUrl).host },
      embedded: true,
    },
    embedded: ['neon', 'resend', 'github', 'posthog', 'identity'],
    webRoot: WEB_ROOT,
    mounts: [
      services.identity.plugin,
      async (mounted) => {
        await mounted.register(analyticsIngest({ store: services.analytics }), { prefix: INGEST_PATH });
      },
    ],
  });
  shutdown.defer('web server', () => server.close());
  orStop(await listenOrExplain(server, { host: config.host, port })());
  return { url: publicUrl, port, sandboxes: sandboxes.host };
};

/** Waits for both also where one fails, so that whatever the other started is known to the closers. */
const bothOrNeither = async <A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> => {
  await Promise.allSettled([first, second]);
  return [await first, await second];
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

const healthOf = ({ postgres }: EmbeddedServices): Readonly<Record<string, string>> => ({
  posthog: 'embedded',
  neon: `embedded, ${postgres.state()}`,
  resend: 'embedded',
  github: 'embedded',
  identity: 'embedded',
});

/** What pooled sessions must have been made with to serve: a change of any of it makes them stale. */
const specHashOf = (config: Config, templateHash: string): string =>
  sha256(
    [SYSTEM_PROMPT, config.agentCommand ?? 'offline', config.defaultModel, templateHash].join('\u0000'),
  ).slice(0, 16);
