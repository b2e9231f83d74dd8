import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import type { BaseLogger } from 'pino';
import type { BootRequest, Sandbox, SandboxHost } from '../../../commands/ports/sandboxes.ts';
import type { BakedTemplate } from './bake.ts';
import { cloneApp } from './clone.ts';
import { endProcesses } from './end.ts';
import { writeEtc } from './etc.ts';
import { attempt, SandboxFailure } from './failure.ts';
import { stopLeftovers } from './leftovers.ts';
import { readManifest } from './manifest.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type SandboxPaths, sandboxesDir, sandboxPaths } from './paths.ts';
import { chooseProfile } from './probe.ts';
import type { Tier } from './profile.ts';
import { readRecord, writeRecord } from './record.ts';
import { moveToTrash, removeTree } from './remove.ts';
import { type Started, startSandbox } from './start.ts';
import { createUids } from './uids.ts';

export type LocalSandboxHostOptions = {
  readonly dataDir: string;
  readonly baked: BakedTemplate;
  readonly logger: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Refuse to start on a machine where only a weaker tier works. */
  readonly require?: Tier;
  /** The ACP agent's command line inside the sandbox; the offline agent by default. */
  readonly agentCommand?: readonly string[];
  /** Called when a sandbox's bridge has ended without being asked to. */
  readonly onExit?: (name: string) => void;
};

/**
 * Sandboxes on this machine, one directory each under `<dataDir>/sandboxes`. Ends what an earlier server left running,
 * finds the strongest isolation that works here and says which it is. Rejects with `isolation_unavailable`.
 */
export const createLocalSandboxHost = async (options: LocalSandboxHostOptions): Promise<SandboxHost> => {
  const { dataDir, baked, logger } = options;
  mkdirSync(sandboxesDir(dataDir), { recursive: true, mode: 0o711 });
  const chosen = await chooseProfile(options);
  const { profile, cgroups } = chosen;
  const leftovers = await stopLeftovers(dataDir, cgroups);
  if (leftovers.length > 0) logger.warn({ leftovers }, 'ended sandboxes a killed server had left running');
  for (const reason of chosen.refused) logger.warn({ reason }, 'a stronger sandbox tier does not work here');
  logger.info({ isolation: profile.isolation }, `sandboxes: ${profile.isolation.summary}`);

  const manifest = readManifest(baked.manifestFile);
  const uids = createUids(dataDir);
  const started = new Map<string, Started>();
  const inTurn = oneAtATime();
  const pathsOf = (name: string): SandboxPaths => sandboxPaths(dataDir, name);

  const stop = async (name: string): Promise<void> => {
    const current = started.get(name);
    started.delete(name);
    if (current) await current.stop();
    else await endProcesses(name, pathsOf(name), cgroups);
  };

  const start = async (request: BootRequest, uid: number): Promise<Sandbox> => {
    const { name } = request;
    const mine = await startSandbox({
      paths: pathsOf(name),
      chosen,
      runtime: baked.runtimeDir,
      uid,
      request,
      ...(options.agentCommand ? { agentCommand: options.agentCommand } : {}),
      onLine: (line) => logger.debug({ sandbox: name, line }, 'sandbox output'),
    });
    started.set(name, mine);
    void mine.ended.then((how) => {
      if (started.get(name) !== mine) return;
      logger.warn({ sandbox: name, how }, 'a sandbox ended by itself');
      void inTurn(name, () => stop(name)).then(() => options.onExit?.(name));
    });
    return mine.sandbox;
  };

  const discard = async (name: string): Promise<void> => {
    await stop(name);
    const paths = pathsOf(name);
    const uid = readRecord(paths.record)?.uid;
    const trash = moveToTrash(dataDir, paths.root);
    if (paths.sockets !== paths.root) await removeTree(paths.sockets);
    if (trash) await removeTree(trash);
    if (uid !== undefined) uids.giveBack(uid);
  };

  const create = async (name: string): Promise<number> => {
    const paths = pathsOf(name);
    const uid = profile.ownUid ? uids.take() : (process.getuid?.() ?? 0);
    mkdirSync(paths.root, { mode: 0o711 });
    await cloneApp({ app: baked.appDir, manifest }, paths.app, { uid, share: profile.ownUid });
    mkdirSync(paths.home, { mode: 0o700 });
    chownSync(paths.home, uid, uid);
    writeEtc(paths.etc, uid, profile.inside({ ...paths, runtime: baked.runtimeDir }).home);
    // Last, so that a directory with a record is a whole sandbox.
    writeRecord(paths.record, { version: 1, name, uid, template: baked.hash });
    return uid;
  };

  const boot = async (request: BootRequest): Promise<Sandbox> => {
    await discard(request.name);
    try {
      return await start(request, await create(request.name));
    } catch (error) {
      await discard(request.name);
      throw error;
    }
  };

  const wake = async (request: BootRequest): Promise<Sandbox> => {
    const running = started.get(request.name);
    if (running) return running.sandbox;
    const record = readRecord(pathsOf(request.name).record);
    if (record === undefined)
      throw new SandboxFailure('sandbox_gone', `Nothing is left of sandbox ${request.name}.`, false);
    await stop(request.name);
    return start(request, record.uid);
  };

  return {
    isolation: profile.isolation,
    boot: (request) => attempt(() => inTurn(request.name, () => boot(request))),
    wake: (request) => attempt(() => inTurn(request.name, () => wake(request))),
    running: (name) => started.get(name)?.sandbox,
    sleep: (name) => attempt(() => inTurn(name, () => stop(name))),
    destroy: (name) => attempt(() => inTurn(name, () => discard(name))),
    list: () =>
      attempt(async () =>
        (existsSync(sandboxesDir(dataDir)) ? readdirSync(sandboxesDir(dataDir)) : [])
          .filter((name) => readRecord(pathsOf(name).record) !== undefined)
          .map((name) => ({ name, state: started.has(name) ? 'running' : 'stopped' })),
      ),
    close: async () => {
      await Promise.all([...started.keys()].map((name) => inTurn(name, () => stop(name))));
    },
  };
};
