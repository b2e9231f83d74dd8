import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandHandle, Sandbox } from 'e2b';
import * as E from 'fp-ts/lib/Either.js';
import type { Forward, HttpEndpoint } from '../../../commands/ports/sandboxes.ts';
import { bridgeRequest } from '../../bridge-http.ts';
import { bridgeExited, SandboxFailure } from '../failure.ts';
import { listenable } from '../listenable.ts';
import { compileCacheAt } from '../local/bridge/bridge-env.ts';
import { asking } from './errors.ts';
import { BRIDGE_PORT, PREVIEW_PORT, TIMEOUTS, VERSION_PORT } from './settings.ts';

const RUNTIME = '/opt/mk0r';
const STATE = '/home/user/.mk0r';
const RUN_DIR = `${STATE}/run`;
/** Vite's own port, on loopback. */
const DEV_SERVER_PORT = 5173;

const HEALTHY_WITHIN_MS = 25_000;
const LOOK_EVERY_MS = 50;
const HEALTH_TIMEOUT_MS = 3_000;

const TAKEN = 66;

const COMPILED = compileCacheAt('/var/cache/mk0r')
  .map((argument) => `"${argument}"`)
  .join(' ');
/** In the command and not among its variables: a login shell, which the SDK runs it by, begins with a path of its own. */
const SEARCH_PATH = `export PATH=${RUNTIME}/bin:$PATH`;
const START = `${SEARCH_PATH}; exec ${RUNTIME}/bin/node ${COMPILED} ${RUNTIME}/bridge/main.ts`;
/** `set -C`: of two who start the first bridge of a sandbox, the file lets one through. */
const FIRST_START = `mkdir -p ${RUN_DIR}; set -C; : 2>/dev/null > ${STATE}/taken || exit ${TAKEN}; ${START}`;
const START_AGAIN = `mkdir -p ${RUN_DIR}; ${START}`;

export type BridgeOptions = {
  readonly token: string;
  readonly forwards: readonly Forward[];
  readonly agentCommand?: readonly string[];
};

const bridgeEnv = ({ token, forwards, agentCommand }: BridgeOptions): Record<string, string> => ({
  MK0R_BRIDGE_TOKEN: token,
  MK0R_BRIDGE_PORT: String(BRIDGE_PORT),
  MK0R_PREVIEW_PORT: String(DEV_SERVER_PORT),
  MK0R_PREVIEW_PUBLIC_PORT: String(PREVIEW_PORT),
  MK0R_VERSION_PUBLIC_PORT: String(VERSION_PORT),
  MK0R_APP_DIR: '/app',
  MK0R_RUN_DIR: RUN_DIR,
  MK0R_FORWARDS: listenable(forwards)
    .map(({ port }) => `${port}=link`)
    .join(','),
  MK0R_AGENT_CMD: JSON.stringify(agentCommand ?? [`${RUNTIME}/bin/node`, `${RUNTIME}/agent/main.ts`]),
  LANG: 'C.UTF-8',
});

export const isHealthy = async (
  bridge: HttpEndpoint,
  token: string,
  signal?: AbortSignal,
  timeoutMs = HEALTH_TIMEOUT_MS,
): Promise<boolean> =>
  E.isRight(
    await bridgeRequest(bridge, token, {
      method: 'GET',
      path: '/health',
      timeoutMs,
      ...(signal ? { signal } : {}),
    })(),
  );

const untilHealthy = async (
  handle: CommandHandle,
  bridge: HttpEndpoint,
  { token }: BridgeOptions,
  signal: AbortSignal,
): Promise<'healthy' | 'taken'> => {
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    if (await isHealthy(bridge, token, signal)) return 'healthy';
    if (handle.exitCode === TAKEN) return 'taken';
    if (handle.exitCode !== undefined) {
      const words = `${handle.stdout} ${handle.stderr}`.trim().slice(-500);
      throw bridgeExited(`The bridge ended (${handle.exitCode}): ${words}`);
    }
    if (signal.aborted || performance.now() > deadline)
      throw new SandboxFailure('sandbox_boot_timeout', 'The bridge did not become healthy in time.', true);
    await sleep(LOOK_EVERY_MS);
  }
};

/** The SDK calls a sandbox gone whose envd does not answer just now; that is for E2B's API to say. */
const reaching = async <A>(call: () => Promise<A>): Promise<A> => {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof SandboxFailure) || error.code !== 'sandbox_gone') throw error;
    throw new SandboxFailure('sandbox_unreachable', 'The sandbox does not answer.', true, { cause: error });
  }
};

/**
 * Starts the bridge of a sandbox and waits until it answers. `first`: only where none was ever started in it, which
 * is how a sandbox that nobody has used is told from any other; `taken` says that it is not one.
 *
 * The token travels in the environment of the start, over E2B's API, and never in an argument. `timeoutMs: 0`: any
 * other limit, the SDK's default of 60 s included, ends the command together with the stream. Once the bridge answers,
 * nobody listens to that stream any more, and the command goes on without it (`handleStart` of envd in
 * e2b-dev/infra gives it a context of its own).
 */
export const startBridge = async (
  vm: Sandbox,
  bridge: HttpEndpoint,
  options: BridgeOptions,
  { first, signal }: { readonly first: boolean; readonly signal: AbortSignal },
): Promise<'healthy' | 'taken'> => {
  const handle = await reaching(() =>
    asking(
      'starting the bridge',
      () =>
        vm.commands.run(first ? FIRST_START : START_AGAIN, {
          background: true,
          timeoutMs: 0,
          requestTimeoutMs: TIMEOUTS.startBridge,
          cwd: '/app',
          envs: bridgeEnv(options),
          signal,
        }),
      signal,
    ),
  );
  try {
    return await untilHealthy(handle, bridge, options, signal);
  } finally {
    await handle.disconnect();
  }
};
