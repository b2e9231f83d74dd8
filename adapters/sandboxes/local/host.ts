import { existsSync, mkdirSync } from 'node:fs';
import type { BaseLogger } from 'pino';
import type { BootRequest, Sandbox, SandboxHost } from '../../../commands/ports/sandboxes.ts';
import { createBackground } from '../background.ts';
import { createEdge, SandboxFailure } from '../failure.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { BakedTemplate } from './bake.ts';
import { createSandboxFiles } from './files.ts';
import { chooseProfile } from './isolation/probe.ts';
import { stopLeftovers } from './leftovers.ts';
import { sandboxesDir } from './paths.ts';
import { endProcesses } from './processes/end.ts';
import type { Tier } from './profile.ts';
import { type LocalAgent, type Started, startSandbox } from './start.ts';

export type LocalSandboxHostOptions = {
  readonly dataDir: string;
  readonly baked: BakedTemplate;
  readonly logger: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Refuse to start on a machine where only a weaker tier works. */
  readonly require?: Tier;
  /** Use no stronger tier than this, to see how the product does with less. */
  readonly atMost?: Tier;
  /** The offline agent by default. */
  readonly agent?: LocalAgent;
  /** Called when a sandbox has ended without being asked to. */
  readonly onExit?: (name: string) => void;
};

/**
 * Sandboxes on this machine, one directory each under `<dataDir>/sandboxes`. Ends what an earlier server left running,
 * finds the strongest isolation that works here and says which it is. Rejects with `isolation_unavailable`.
 */
export const createLocalSandboxHost = async (options: LocalSandboxHostOptions): Promise<SandboxHost> => {
  const { dataDir, baked, logger, agent } = options;
  mkdirSync(sandboxesDir(dataDir), { recursive: true, mode: 0o711 });
  const chosen = await chooseProfile(options);
  const { isolation } = chosen.profile;
  for (const reason of chosen.refused) logger.warn({ reason }, 'a stronger sandbox tier does not work here');
  logger[isolation.tier === 'process' ? 'warn' : 'info'](
    { tier: isolation.tier },
    `sandboxes: ${isolation.summary}`,
  );
  const leftovers = await stopLeftovers(dataDir, chosen.cgroups);
  if (leftovers.length > 0) logger.warn({ leftovers }, 'ended sandboxes a killed server had left running');

  const closing = new AbortController();
  const background = createBackground((what, error) => {
    if (closing.signal.aborted) logger.debug({ what }, 'left to the next server');
    else logger.error({ err: error }, `${what} failed`);
  });
  const files = createSandboxFiles({
    dataDir,
    baked,
    profile: chosen.profile,
    background,
    closing: closing.signal,
  });
  const started = new Map<string, Started>();
  const inTurn = oneAtATime();
  const { during, listing } = createEdge(logger, inTurn, closing.signal);

  const stop = async (name: string): Promise<void> => {
    const current = started.get(name);
    started.delete(name);
    if (current) await current.stop();
    else await endProcesses(name, files.paths(name), chosen.cgroups);
  };

  const start = async (request: BootRequest, uid: number): Promise<Sandbox> => {
    const { name } = request;
    const mine = await startSandbox({
      paths: files.paths(name),
      chosen,
      runtime: baked.runtimeDir,
      uid,
      request,
      ...(agent === undefined ? {} : { agent }),
      onLine: (line) => logger.debug({ sandbox: name, line }, 'sandbox output'),
    });
    started.set(name, mine);
    background.run(`watching ${name}`, async () => {
      const how = await mine.ended;
      if (started.get(name) !== mine) return;
      logger.warn({ sandbox: name, how }, 'a sandbox ended by itself');
      await inTurn(name, () => stop(name));
      options.onExit?.(name);
    });
    return mine.sandbox;
  };

  const boot = async (request: BootRequest): Promise<Sandbox> => {
    const { name } = request;
    const from = performance.now();
    await stop(name);
    background.run(`removing the last ${name}`, () => files.discard(name));
    try {
      const uid = await files.create(name);
      const cloned = performance.now();
      const sandbox = await start(request, uid);
      const filesMs = Math.round(cloned - from);
      logger.info(
        { sandbox: name, filesMs, healthyMs: Math.round(performance.now() - from) },
        'sandbox booted',
      );
      return sandbox;
    } catch (error) {
      background.run(`removing ${name}`, () => files.discard(name));
      throw unlessTemplateGone(baked, error);
    }
  };

  const wake = async (request: BootRequest): Promise<Sandbox> => {
    const { name } = request;
    const running = started.get(name);
    if (running) return running.sandbox;
    const record = files.record(name);
    if (record === undefined)
      throw new SandboxFailure('sandbox_gone', `Nothing is left of sandbox ${name}.`, false);
    await stop(name);
    return start(request, record.uid).catch((error: unknown) => {
      throw unlessTemplateGone(baked, error);
    });
  };

  const destroy = async (name: string): Promise<void> => {
    await stop(name);
    await files.discard(name);
  };

  return {
    host: 'local',
    outlivesServer: false,
    isolation,
    boot: (request) => during('started', request.name, () => boot(request)),
    wake: (request) => during('started', request.name, () => wake(request)),
    running: (name) => started.get(name)?.sandbox,
    sleep: (name) => during('put to sleep', name, () => stop(name)),
    destroy: (name) => during('removed', name, () => destroy(name)),
    list: () =>
      listing(async () =>
        files.names().map((name) => ({ name, state: started.has(name) ? 'running' : 'stopped' })),
      ),
    close: async () => {
      closing.abort();
      await Promise.all([...started.keys()].map((name) => inTurn(name, () => stop(name))));
      await background.settled();
    },
  };
};

/** The error as it is, unless what everything is made from is not there any more. */
const unlessTemplateGone = ({ appDir, runtimeDir }: BakedTemplate, error: unknown): unknown =>
  existsSync(appDir) && existsSync(runtimeDir)
    ? error
    : new SandboxFailure(
        'template_missing',
        'The template that sandboxes are made from is gone. Whoever runs the server has to restart it, which makes it anew; then try again.',
        true,
        { cause: error },
      );
