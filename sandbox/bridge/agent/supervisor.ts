import { Problem } from '../http/problem.ts';
import { createRing } from '../ring.ts';
import {
  type AgentHooks,
  type AgentIdentity,
  type AgentLaunch,
  type AgentProcess,
  startAgent,
} from './process.ts';

export type AgentStatus = {
  readonly state: 'stopped' | 'starting' | 'ready' | 'crashed';
  readonly name?: string;
  readonly version?: string;
};

/** The one agent of this sandbox: started by `initialize`, started again when its environment changed or it hung. */
export type AgentSupervisor = {
  /** Without `env` the agent keeps the environment it was given last. */
  readonly initialize: (env?: Readonly<Record<string, string>>) => Promise<AgentIdentity>;
  /** The running agent, or the one just starting: one that has crashed is started again; 409 `agent_not_initialized` before the first. */
  readonly current: () => Promise<AgentProcess>;
  readonly assertStarted: () => void;
  /** Kills an agent that does not listen and starts another with the same environment. */
  readonly replace: (agent: AgentProcess) => void;
  readonly status: () => AgentStatus;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

type Options = Pick<AgentLaunch, 'command' | 'cwd'> & {
  readonly baseEnv: Readonly<Record<string, string>>;
  readonly hooks: AgentHooks;
  /** Whether a prompt is running, which a restart would destroy. */
  readonly isBusy: () => boolean;
};

const LOG_CHARACTERS = 64 * 1024;

const sameEnv = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

const notStarted = (): Problem =>
  new Problem(409, 'agent_not_initialized', 'No agent is running: POST /initialize first.');

export const superviseAgent = ({ command, cwd, baseEnv, hooks, isBusy }: Options): AgentSupervisor => {
  const log = createRing(LOG_CHARACTERS);
  const shutdown = new AbortController();
  let env: Readonly<Record<string, string>> = {};
  let running: Promise<AgentProcess> | undefined;
  let live: AgentProcess | undefined;
  let status: AgentStatus = { state: 'stopped' };
  /** Two callers initializing at once must not start two agents. */
  let turnstile: Promise<unknown> = Promise.resolve();

  const launch = (): Promise<AgentProcess> => {
    status = { state: 'starting' };
    live = undefined;
    const starting = startAgent(
      { command, cwd, env: { ...baseEnv, ...env }, log, signal: shutdown.signal },
      hooks,
    );
    running = starting;
    const lost = (): void => {
      if (running !== starting) return;
      running = undefined;
      live = undefined;
      status = { state: 'crashed' };
    };
    starting.then((agent) => {
      if (running === starting) {
        live = agent;
        status = { state: 'ready', ...agent.identity };
      }
      void agent.closed.then(lost);
    }, lost);
    return starting;
  };

  const restart = async (next: Readonly<Record<string, string>>): Promise<void> => {
    if (isBusy()) {
      throw new Problem(
        409,
        'turn_in_progress',
        'Cancel the running prompt before the credentials are changed.',
      );
    }
    const old = running;
    running = undefined;
    env = next;
    await old?.then(
      (agent) => agent.stop(),
      () => undefined,
    );
  };

  const initialize = async (next?: Readonly<Record<string, string>>): Promise<AgentIdentity> => {
    if (next !== undefined && !sameEnv(next, env)) await restart(next);
    return (await (running ?? launch())).identity;
  };

  const assertStarted = (): void => {
    if (running === undefined && status.state !== 'crashed') throw notStarted();
  };

  return {
    initialize: (next) => {
      const turn = turnstile.then(() => initialize(next));
      turnstile = turn.catch(() => undefined);
      return turn;
    },
    current: async () => {
      assertStarted();
      return running ?? launch();
    },
    assertStarted,
    replace: (agent) => {
      agent.kill();
      // Two prompts may give up on the same agent; one successor is enough. Its failure shows in `status`.
      if (agent === live && !shutdown.signal.aborted) launch().catch(() => undefined);
    },
    status: () => status,
    log: () => log.text(),
    stop: async () => {
      const last = running;
      running = undefined;
      const stopped = last?.then((agent) => agent.stop());
      if (status.state === 'starting') shutdown.abort();
      await stopped?.catch(() => undefined);
      shutdown.abort();
    },
  };
};
