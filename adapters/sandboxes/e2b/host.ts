import type { BaseLogger } from 'pino';
import type {
  BootRequest,
  Forward,
  Sandbox,
  SandboxHost,
  WakeRequest,
} from '../../../commands/ports/sandboxes.ts';
import { createBackground } from '../background.ts';
import { createEdge, SandboxFailure } from '../failure.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { type Awake, awake, bridgeOf } from './awake.ts';
import { type BridgeOptions, isHealthy, startBridge } from './bridge.ts';
import { isolation } from './isolation.ts';
import type { NetworkOptions } from './network.ts';
import { ROUND_EVERY_MS, startRounds } from './rounds.ts';
import type { E2bSettings } from './settings.ts';
import { createVms, type Vm } from './vms.ts';

export type E2bHostOptions = {
  readonly settings: E2bSettings;
  /** Template name with its tag, as `npm run sandbox:build` prints it. */
  readonly template: string;
  /** Names this installation, so that another one on the same account is left alone. */
  readonly instance: string;
  readonly network?: NetworkOptions;
  readonly agentCommand?: readonly string[];
  /** The bridge token of a session, for the sandboxes an earlier process has left running. */
  readonly tokenOf: (sessionId: string) => string;
  /** Only shows what others boot, wake and look after: nothing is kept awake, forwarded, repaired or ended for it. */
  readonly visits?: boolean;
  /** What sandboxes may reach of this machine. */
  readonly forwards: readonly Forward[];
  /** Called when a sandbox has ended, paused or lost its bridge without being asked to. */
  readonly onExit?: (name: string) => void;
  readonly logger: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Between two listings of all sandboxes; a minute unless told. */
  readonly roundEveryMs?: number;
};

type Resuming = Pick<WakeRequest, 'bridgeToken' | 'forwards' | 'signal' | 'joins'>;

/** Its bridge is gone, and with it the agent that the log has in there. A bridge alone would find no such agent. */
const exited = (): SandboxFailure =>
  new SandboxFailure('sandbox_exited', 'The sandbox has ended by itself.', true);

/**
 * Sandboxes at E2B, one virtual machine each, found by the name in their metadata. They outlive this process: those
 * that run are taken up again before this resolves, and where E2B cannot be asked just then, when they are wanted.
 */
export const createE2bSandboxHost = async (options: E2bHostOptions): Promise<SandboxHost> => {
  const { settings, logger, agentCommand, visits = false } = options;
  const forwards = visits ? [] : options.forwards;
  const vms = createVms({ ...options, network: options.network ?? {} });
  const up = new Map<string, Awake>();
  const inTurn = oneAtATime();
  const { during, listing } = createEdge(logger, inTurn);
  const background = createBackground((what, error) => logger.warn({ err: error }, `${what} failed`));

  const bridgeOptions = (token: string, wanted = forwards): BridgeOptions => ({
    token,
    forwards: wanted,
    ...(agentCommand ? { agentCommand } : {}),
  });

  const letGo = (name: string): void => {
    up.get(name)?.close();
    up.delete(name);
  };

  const lost = (name: string, how: string): void => {
    if (!up.has(name)) return;
    logger.warn({ sandbox: name, how }, 'a sandbox ended by itself');
    letGo(name);
    options.onExit?.(name);
  };

  /** Asked when its bridge has fallen silent; what cannot be found out now shows at the next round. */
  const look = (name: string): void =>
    background.run(`looking at ${name}`, () =>
      inTurn(name, async () => {
        const current = up.get(name);
        if (current === undefined || (await isHealthy(current.bridge, current.token))) return;
        const running = (await vms.list({ name })).some(
          ({ id, state }) => id === current.id && state === 'running',
        );
        if (!running) return lost(name, 'E2B no longer runs it');
        if (!(await isHealthy(current.bridge, current.token))) lost(name, 'its bridge does not answer');
      }),
    );

  const hold = (
    name: string,
    vm: Parameters<typeof awake>[0],
    bridge: BridgeOptions,
    { anew }: { readonly anew: boolean } = { anew: false },
  ): Sandbox => {
    letGo(name);
    const mine = awake(vm, settings, { ...bridge, name, anew, onSilence: () => look(name) });
    up.set(name, mine);
    return mine.sandbox;
  };

  const killAll = async (all: readonly Vm[]): Promise<void> => {
    await Promise.all(all.map(({ id }) => vms.kill(id)));
  };

  /** A request delivered twice makes two. What is younger than ours is a later attempt's, whose word counts. */
  const endOlder = async (name: string, mine: string, signal: AbortSignal): Promise<void> => {
    const all = await vms.list({ name }, signal);
    const at = all.findIndex(({ id }) => id === mine);
    await killAll(all.slice(0, Math.max(0, at)));
  };

  const adopt = async (found: Vm, request: BootRequest): Promise<Sandbox | undefined> => {
    const { name, signal } = request;
    const bridge = bridgeOptions(request.bridgeToken, request.forwards);
    try {
      const vm = await vms.connect(found.id, signal);
      const endpoint = bridgeOf(vm, settings);
      // Asked first: one that answers already would be taken for the one that is about to start.
      const used = await isHealthy(endpoint, bridge.token, signal);
      const started = used ? 'taken' : await startBridge(vm, endpoint, bridge, { first: true, signal });
      if (started === 'healthy') return hold(name, vm, bridge);
    } catch (error) {
      if (signal.aborted) throw error;
      logger.info({ sandbox: name, err: error }, 'a sandbox an earlier attempt has left could not be used');
    }
    await vms.kill(found.id);
    return undefined;
  };

  const create = async (request: BootRequest): Promise<Sandbox> => {
    const { name, sessionId, signal } = request;
    const bridge = bridgeOptions(request.bridgeToken, request.forwards);
    const vm = await vms.create({ name, sessionId, attempt: request.attemptId }, signal);
    try {
      await Promise.all([
        startBridge(vm, bridgeOf(vm, settings), bridge, { first: true, signal }),
        endOlder(name, vm.sandboxId, signal),
      ]);
      return hold(name, vm, bridge);
    } catch (error) {
      background.run(`ending ${name}`, () => vms.kill(vm.sandboxId));
      throw error;
    }
  };

  /**
   * One machine of that name, in which nothing has run yet: the oldest one an earlier attempt has made without learning
   * of it, or a new one. All others of that name end.
   */
  const boot = async (request: BootRequest): Promise<Sandbox> => {
    const { name, signal } = request;
    const from = performance.now();
    const found = await vms.list({ name }, signal);
    letGo(name);
    const fresh = found.find(({ state }) => state === 'running');
    await killAll(found.filter((vm) => vm !== fresh));
    const adopted = fresh && (await adopt(fresh, request));
    const sandbox = adopted ?? (await create(request));
    const ms = Math.round(performance.now() - from);
    logger.info({ sandbox: name, adopted: adopted !== undefined, ms }, 'sandbox booted');
    return sandbox;
  };

  const resume = async (found: Vm, { bridgeToken: token, forwards: wanted, signal, joins }: Resuming) => {
    const vm = await vms.connect(found.id, signal);
    const endpoint = bridgeOf(vm, settings);
    const bridge = bridgeOptions(token, wanted);
    const isUp = () => isHealthy(endpoint, token, signal);
    // Asked twice before it is believed: what was begun in it is lost to its session with that.
    if (joins && !(await isUp()) && !(await isUp())) throw exited();
    if (!joins && !(await isUp())) await startBridge(vm, endpoint, bridge, { first: false, signal });
    return hold(found.name, vm, bridge, { anew: found.state === 'paused' });
  };

  /** Joins one that runs. What is asleep or unwell is for whoever looks after it. */
  const visit = async (
    name: string,
    found: Vm | undefined,
    { bridgeToken: token, signal }: BootRequest,
  ): Promise<Sandbox> => {
    if (found?.state !== 'running')
      throw new SandboxFailure('sandbox_not_running', `Sandbox ${name} does not run.`, true);
    const vm = await vms.connect(found.id, signal);
    if (!(await isHealthy(bridgeOf(vm, settings), token, signal)))
      throw new SandboxFailure('sandbox_unreachable', 'The sandbox does not answer.', true);
    return hold(name, vm, bridgeOptions(token));
  };

  const wake = async (request: WakeRequest): Promise<Sandbox> => {
    const { name, bridgeToken, signal } = request;
    const current = up.get(name);
    if (current && (await isHealthy(current.bridge, bridgeToken, signal))) return current.sandbox;
    // The oldest is the one it booted in; a younger one, running or not, was never spoken to.
    const [found] = await vms.list({ name }, signal);
    if (visits) return visit(name, found, request);
    if (found === undefined)
      throw new SandboxFailure('sandbox_gone', `Nothing is left of sandbox ${name}.`, false);
    return resume(found, request);
  };

  const sleep = async (name: string): Promise<void> => {
    const known = up.get(name)?.id;
    letGo(name);
    const ids = known
      ? [known]
      : (await vms.list({ name })).filter(({ state }) => state === 'running').map(({ id }) => id);
    for (const id of ids) await vms.pause(id).catch(unlessGone);
  };

  const destroy = async (name: string): Promise<void> => {
    letGo(name);
    await killAll(await vms.list({ name }));
  };

  const rounds = startRounds({
    vms,
    inTurn,
    up,
    lost,
    logger,
    everyMs: options.roundEveryMs ?? ROUND_EVERY_MS,
  });
  if (visits) rounds.stop();
  else
    await rounds.takeUp((found, signal) =>
      inTurn(found.name, () =>
        resume(found, { bridgeToken: options.tokenOf(found.sessionId), forwards, signal, joins: true }),
      ),
    );

  return {
    host: 'e2b',
    outlivesServer: true,
    isolation,
    boot: (request) => during('started', request.name, () => boot(request)),
    wake: (request) => during('started', request.name, () => wake(request)),
    running: (name) => up.get(name)?.sandbox,
    sleep: (name) => during('put to sleep', name, () => sleep(name)),
    destroy: (name) => during('removed', name, () => destroy(name)),
    list: () =>
      listing(async () => {
        const names = new Map<string, 'running' | 'stopped'>();
        for (const { name, state } of await vms.list())
          if (names.get(name) !== 'running') names.set(name, state === 'running' ? 'running' : 'stopped');
        return [...names].map(([name, state]) => ({ name, state }));
      }),
    close: async () => {
      rounds.stop();
      for (const name of [...up.keys()]) letGo(name);
      await background.settled();
    },
  };
};

const unlessGone = (error: unknown): void => {
  if (!(error instanceof SandboxFailure) || error.code !== 'sandbox_gone') throw error;
};
