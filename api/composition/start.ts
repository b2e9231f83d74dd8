import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { createBridgeAgent } from '../../adapters/agent/bridge-client.ts';
import { analyticsIngest } from '../../adapters/analytics/ingest.ts';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { createTokenVerifier } from '../../adapters/identity/verify.ts';
import { openSqliteReadModels } from '../../adapters/read-models/sqlite.ts';
import { bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { createLocalSandboxHost } from '../../adapters/sandboxes/local/host.ts';
import { tiers } from '../../adapters/sandboxes/local/profile.ts';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import { createDirectory } from '../../commands/directory.ts';
import type { World } from '../../commands/effects/context.ts';
import { createHandlers } from '../../commands/handler.ts';
import { createDeriver, randomId, sha256 } from '../../commands/identifiers.ts';
import { createJournal } from '../../commands/journal.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import { type Runner, startRunner } from '../../commands/process-managers/runner.ts';
import { createReader } from '../../commands/reader.ts';
import type { Config } from '../config.ts';
import { type Logger, logStep, type Scrubber } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { buildServer } from '../server.ts';
import { createApplication } from './application.ts';
import { FIREBASE_PROJECT, startEmbeddedServices } from './embedded.ts';
import { createFeed, startHub } from './hub.ts';
import { INGEST_PATH } from './ingest.ts';
import { createPanels } from './panels.ts';
import { freePort } from './remembered-port.ts';
import { scrubbedVault } from './secrets.ts';
import { StartError } from './start-error.ts';
import { SYSTEM_PROMPT } from './system-prompt.ts';
import { startViews } from './views.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How many unclaimed sandboxes boot at once: on two cores a second one only makes both slower. */
const POOL_BOOT_CONCURRENCY = 1;

const orStop = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new StartError(result.left.message);
  return result.right;
};

export type Started = {
  readonly url: string;
  readonly port: number;
  readonly sandboxes: SandboxHost;
  /** Stops taking requests, lets what runs come to rest, stops the services; open work is taken up at the next start. */
  readonly close: () => Promise<void>;
};

/** Puts everything together and starts it. Throws `StartError` with a sentence that says what to do. */
export const start = async (
  config: Config,
  {
    logger,
    scrubber,
    say,
  }: { readonly logger: Logger; readonly scrubber: Scrubber; readonly say: (line: string) => void },
): Promise<Started> => {
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true });
  const runner = randomId();
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const publicUrl = config.publicUrl ?? `http://localhost:${port}`;

  const masterKey = config.masterKey ?? orStop(loadMasterKey({ env: undefined, dataDir }));
  const derive = createDeriver(masterKey);
  mkdirSync(join(dataDir, 'log'), { recursive: true, mode: 0o700 });
  const store = orStop(openSqliteEventStore({ file: join(dataDir, 'log', 'events.db'), logger }));
  const openedVault = orStop(openSqliteVault({ file: join(dataDir, 'log', 'vault.db'), masterKey }));
  const vault = scrubbedVault(openedVault, scrubber);
  const readModels = openSqliteReadModels({ file: join(dataDir, 'log', 'views.db') });

  let process_managers: Runner | undefined;
  const exited = (name: string) => process_managers?.sandboxExited(name.replace(/^mk0r-/, ''));
  const baked = await bakeTemplate({ sourceDir: join(ROOT, 'sandbox'), dataDir, log: say });
  const tier = tiers.find((name) => name === config.isolation);
  if (config.isolation !== undefined && tier === undefined) {
    throw new StartError(
      `MK0R_ISOLATION: "${config.isolation}" is not a tier. Use one of ${tiers.join(', ')}.`,
    );
  }
  const [services, sandboxes] = await Promise.all([
    startEmbeddedServices({ ...config, port }, { publicUrl, derive, logger }),
    createLocalSandboxHost({
      dataDir,
      baked,
      logger: logger.child({ part: 'sandboxes' }),
      onExit: exited,
      ...(tier === undefined ? {} : { require: tier }),
      ...(config.agentCommand === undefined ? {} : { agentCommand: ['sh', '-c', config.agentCommand] }),
    }),
  ]);
  scrubber.register(services.controlKey);

  const stopping = new AbortController();
  const cipher = { encryptField, decryptField };
  const clock = systemClock;
  const journal = createJournal({ store, vault, cipher, clock });
  const reader = createReader({ store, vault, cipher });
  const metrics = createMetrics();
  const hub = startHub(store, reader, stopping.signal);
  const world: World = {
    sandboxes,
    agent: createBridgeAgent(),
    providers: services.providers,
    repository: services.providers.github,
    vault,
    derive,
    forwards: services.forwards,
    systemPrompt: SYSTEM_PROMPT,
    runner,
  };
  const context: Context = {
    handlers: createHandlers(journal, clock),
    reader,
    directory: createDirectory(),
    world,
    clock,
    settings: {
      runner,
      exclusive: true,
      specHash: specHashOf(config, baked.hash),
      model: config.defaultModel,
      poolTarget: config.poolTarget,
      poolBootConcurrency: POOL_BOOT_CONCURRENCY,
    },
    log: logger.child({ part: 'process managers' }),
    observe: {
      step: ({ sessionId: _id, ...mark }) => {
        logStep(logger, mark);
        metrics.bootStep({ step: mark.step, outcome: mark.outcome, seconds: mark.ms / 1_000 });
      },
      turn: ({ slug, outcome, ms }) => {
        logger.info(
          { slug, outcome, ms: Math.round(ms) },
          `session ${slug} · turn ${outcome} ${Math.round(ms)} ms`,
        );
        if (outcome !== 'superseded') metrics.turn(outcome);
      },
    },
    volatile: hub.volatile,
  };
  const views = await startViews(createFeed(store, reader), readModels, {
    signal: stopping.signal,
    log: logger,
  });
  const managers = startRunner(context, store);
  process_managers = managers;

  let ready = false;
  void Promise.all([managers.caughtUp, views.caughtUp]).then(
    () => {
      ready = true;
    },
    (error: unknown) => logger.error({ error: String(error) }, 'could not catch up with the log'),
  );

  const app = createApplication({
    context,
    store,
    views,
    hub,
    nudgePool: managers.nudgePool,
    claimed: metrics.claim,
    health: () => ({
      isolation: sandboxes.isolation,
      store: 'up',
      services: {
        posthog: 'embedded',
        neon: `embedded (${services.postgres.state()})`,
        resend: 'embedded',
        github: 'embedded',
      },
      agent: config.agentCommand ?? 'mk0r-offline-agent (rule-based)',
      ready: ready && services.postgres.state() === 'up',
    }),
  });
  const verifyToken = createTokenVerifier({
    projectId: FIREBASE_PROJECT,
    localCerts: services.identity.certs,
  });
  const { server } = await buildServer({
    app,
    config: { ...config, port, publicUrl },
    verifyToken,
    logger: logger.child({ part: 'http' }),
    metrics,
    panels: createPanels(services, vault),
    identity: {
      firebase: { apiKey: 'mk0r-local', projectId: FIREBASE_PROJECT, authDomain: new URL(publicUrl).host },
      embedded: true,
    },
    embedded: ['neon', 'resend', 'github', 'posthog', 'identity'],
    webRoot: join(ROOT, 'web', 'dist'),
    mounts: [
      services.identity.plugin,
      async (mounted) => {
        await mounted.register(analyticsIngest({ store: services.analytics }), { prefix: INGEST_PATH });
      },
    ],
  });

  const close = async (): Promise<void> => {
    await server.close();
    await managers.stop();
    stopping.abort();
    await Promise.allSettled([views.stopped, hub.stopped, sandboxes.close()]);
    await services.close();
    await readModels.close();
    openedVault.close();
    await store.close();
  };

  try {
    await server.listen({ host: config.host, port });
  } catch (error) {
    await close();
    throw error;
  }
  return { url: publicUrl, port, sandboxes, close };
};

/** What pooled sessions must have been made with to serve: a change of any of it makes them stale. */
const specHashOf = (config: Config, templateHash: string): string =>
  sha256(
    [SYSTEM_PROMPT, config.agentCommand ?? 'offline', config.defaultModel, templateHash].join('\u0000'),
  ).slice(0, 16);
