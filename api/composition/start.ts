import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireGit } from '../../adapters/repository/embedded/git.ts';
import type { World } from '../../commands/effects/context.ts';
import { sha256 } from '../../commands/identifiers.ts';
import { createMailGate } from '../../commands/mail/gate.ts';
import { modelToken } from '../../commands/model/token.ts';
import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import type { Runner } from '../../commands/process-managers/runner.ts';
import { SERVICES } from '../../domain/services.ts';
import { serviceSecrets } from '../config/services.ts';
import type { Config } from '../config.ts';
import { examineServices } from '../doctor/at-start.ts';
import { listenOrExplain } from '../lifecycle/listen.ts';
import { takePlace } from '../lifecycle/place.ts';
import { createShutdown, type Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger, Scrubber } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { buildServer } from '../server.ts';
import { buildWorkerServer } from '../worker-server.ts';
import { agentName } from './claude.ts';
import { startCore } from './core.ts';
import { INGEST_PATH } from './ingest.ts';
import { lifeSettings } from './life.ts';
import { mailSender } from './mail-sender.ts';
import {
  createAgents,
  createPageWriter,
  type Model,
  modelBudget,
  modelForwards,
  serveModel,
  startModel,
} from './model.ts';
import { createObserver } from './observer.ts';
import { createPanels } from './panels.ts';
import { findPort } from './port.ts';
import { startProductAnalytics } from './product-analytics.ts';
import { createReach } from './reach.ts';
import { sandboxNetwork, startSandboxes } from './sandboxes.ts';
import { startServices } from './services.ts';
import { explained, orStop } from './start-error.ts';
import { watchFormerViews } from './storage/former-views.ts';
import { viewsFileIn } from './storage/read-models.ts';
import { openStorage, storedBy } from './storage.ts';
import { SYSTEM_PROMPT } from './system-prompt.ts';

const WEB_ROOT = join(fileURLToPath(new URL('../../', import.meta.url)), 'web', 'dist');

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
  { logger, scrubber, say, decorate }: StartOptions,
  shutdown: Shutdown,
): Promise<Omit<Started, 'close'>> => {
  // Before anything in it is opened: two servers on one directory would end each other's sandboxes.
  const place = orStop(takePlace(configured));
  shutdown.defer('data directory', place.release);
  const { role } = configured;
  const port = await findPort(configured);
  // Asked first: a first start takes half a minute, and would only then say so.
  await requireGit();
  const publicUrl = configured.publicUrl ?? `http://localhost:${port}`;
  const config = { ...configured, port, publicUrl, dataDir: place.ownDir };
  const metrics = createMetrics();
  const running: { managers?: Runner } = {};

  for (const secret of serviceSecrets(config.services)) scrubber.register(secret);
  if (config.e2b !== undefined) scrubber.register(config.e2b.apiKey);
  if (config.model?.key !== undefined) scrubber.register(config.model.key);
  const stored = { ...config, dataDir: configured.dataDir };
  const storage = await openStorage(stored, {
    logger,
    scrubber,
    shutdown,
    ...(role === 'all' ? {} : { views: viewsFileIn(place.ownDir) }),
  });
  const starting = startServices({
    config,
    publicUrl,
    derive: storage.derive,
    logger,
    shutdown,
    sandboxNetwork: sandboxNetwork(config),
  });
  // Sandboxes are linked to workers, and reach the model through them.
  const startingModel =
    role === 'api'
      ? Promise.resolve(undefined)
      : startModel({ config, publicUrl, derive: storage.derive, logger, shutdown });
  const [services, sandboxes] = await bothOrNeither(
    starting,
    startSandboxes(config, {
      logger,
      say,
      shutdown,
      derive: storage.derive,
      forwards: async () => [...(await starting).forwards, ...modelForwards(await startingModel)],
      onExit: (slug) => running.managers?.sandboxExited(slug),
    }),
  );
  const model = await startingModel;
  for (const secret of services.secrets) scrubber.register(secret);
  const servedBy = (): Readonly<Record<string, string>> => ({
    ...storedBy(config.services),
    ...services.health(),
  });
  logger.info({ services: servedBy() }, `services: ${spoken(servedBy())}`);

  const { app, context, managers, caughtUp, facts } = startCore({
    storage,
    outside: {
      sandboxes: sandboxes.host,
      agent: createAgents(config, model, sandboxes.installed, storage.derive),
      pageWriter: createPageWriter(config, model, storage.derive),
      providers: services.providers,
      repository: services.providers.github,
      mail: mailSender(services.mail, storage.vault),
      forwards: [...services.forwards, ...modelForwards(model)],
      ...(model === undefined ? {} : { modelToken: (slug) => modelToken(storage.derive, slug) }),
      checkpoints: services.providers.neon.checkpoints,
    },
    settings: {
      // Sandboxes of this machine end with its server, so whoever ran before is gone, wherever the log is.
      exclusive: config.services.kurrent === undefined || !sandboxes.host.outlivesServer,
      specHash: specHashOf(config, sandboxes.templateHash),
      model: config.defaultModel,
      poolTarget: config.poolTarget,
      poolBootConcurrency: sandboxes.bootsAtOnce,
      topUpHoldMs: TOP_UP_HOLD_MS,
      ...(config.model === undefined ? {} : { modelBudget: modelBudget(config.model) }),
      ...lifeSettings(config.life),
      pageCheck: config.pageCheck,
    },
    logger,
    runsManagers: role !== 'api',
    observe: createObserver(logger, metrics),
    claimed: metrics.claim,
    health: (ready) => ({
      isolation: sandboxes.host.isolation,
      store: 'up',
      services: servedBy(),
      agent: agentName(config),
      ready: ready && services.isUp(),
    }),
    shutdown,
    ...(decorate === undefined ? {} : { decorate }),
  });
  running.managers = managers;
  watchFormerViews({ config: stored, ownDir: place.ownDir, caughtUp, log: logger, shutdown });
  if (model !== undefined) startMetering(model, context, shutdown);
  metrics.follow(facts);
  const mailGate = createMailGate({
    handlers: context.handlers,
    vault: storage.vault,
    clock: context.clock,
    policy: services.mail.policy,
  });
  services.mail.open(mailGate);
  // Told once, by whoever runs the process managers.
  if (role !== 'api')
    startProductAnalytics(config, {
      ...storage,
      session: context.directory.session,
      logger,
      shutdown,
    });
  startExamination(config, logger, shutdown);

  // Not the token itself: who has a cookie could otherwise try tokens on it, unseen.
  const operatorKey = storage.derive('operator-cookies', config.adminToken ?? '');
  const http = { app, config, logger: logger.child({ part: 'http' }), metrics, operatorKey };
  if (role === 'worker') {
    const server = await buildWorkerServer(http);
    shutdown.defer('web server', () => server.close());
    const url = orStop(await listenOrExplain(server, { host: config.host, port })());
    return { url: `${url}/healthz`, port, sandboxes: sandboxes.host };
  }

  const { server } = await buildServer({
    ...http,
    verifyToken: services.identity.verifyToken,
    ticketKey: storage.derive('live-tickets'),
    panels: createPanels(services, storage.vault, createReach(context)),
    identity: services.identity.page,
    embedded: services.embedded,
    webRoot: WEB_ROOT,
    mounts: [
      ...(services.identity.plugin === undefined ? [] : [services.identity.plugin]),
      async (mounted) => {
        const { ingest } = services.analytics;
        if (ingest !== undefined) await mounted.register(ingest, { prefix: INGEST_PATH });
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

const spoken = (health: Readonly<Record<string, string>>): string =>
  Object.entries(health)
    .map(([service, by]) => `${service}: ${by}`)
    .join(' · ');

/** From now on calls of the model are passed on; when the server stops, those under way are recorded as far as they came. */
const startMetering = (model: Model, context: Context, shutdown: Shutdown): void => {
  const stopping = new AbortController();
  serveModel(model, context, stopping.signal);
  shutdown.defer('model calls', async () => {
    await model.relay.close();
    stopping.abort();
  });
};

/** In the background, and given up on when the server stops. */
const startExamination = (config: Config, logger: Logger, shutdown: Shutdown): void => {
  const stopping = new AbortController();
  const examined = examineServices(config, logger, stopping.signal);
  shutdown.defer('examination of services', () => {
    stopping.abort();
    return examined;
  });
};

/** What pooled sessions must have been made with to serve: a change of any of it makes them stale. */
const specHashOf = (config: Config, templateHash: string): string =>
  sha256(
    [
      SYSTEM_PROMPT,
      agentName(config),
      config.defaultModel,
      templateHash,
      // Those a session has something at: who knows visitors or keeps the log makes no session stale.
      ...SERVICES.filter((service) => config.services[service] !== undefined),
    ].join('\u0000'),
  ).slice(0, 16);
