import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BootRequest, HttpEndpoint, Sandbox } from '../../../commands/ports/sandboxes.ts';
import { bridgeCall } from './bridge-call.ts';
import { bridgeEnv, freePort, PREVIEW_PORT } from './bridge-env.ts';
import { bridgedSandbox } from './bridged-sandbox.ts';
import { endProcesses } from './end.ts';
import { SandboxFailure } from './failure.ts';
import { openForwards } from './forwards.ts';
import { takeSocket } from './links.ts';
import { captureLines } from './output.ts';
import { makeSocketParent, type SandboxPaths } from './paths.ts';
import type { ChosenProfile } from './probe.ts';
import { writeIdentity } from './process-identity.ts';
import { removeTree } from './remove.ts';
import { spawnInside } from './spawn.ts';

const HEALTHY_WITHIN_MS = 25_000;
const LOOK_EVERY_MS = 10;
const HEALTH_TIMEOUT_MS = 2_000;

export type Started = {
  readonly sandbox: Sandbox;
  /** Ends every process and closes the forwards; files stay. */
  readonly stop: () => Promise<void>;
  /** Settles when the bridge has ended, with how. */
  readonly ended: Promise<string>;
};

export type StartOptions = {
  readonly paths: SandboxPaths;
  readonly chosen: ChosenProfile;
  readonly runtime: string;
  readonly uid: number;
  readonly request: BootRequest;
  readonly agentCommand?: readonly string[];
  readonly onLine: (line: string) => void;
};

const socketEndpoint = (socketPath: string): HttpEndpoint => ({
  socketPath,
  origin: 'http://sandbox',
  headers: {},
});

/** Fresh at every start: what the last run left in them may have been put there to deceive this one. */
const prepareSockets = async (paths: SandboxPaths, uid: number): Promise<void> => {
  makeSocketParent(paths);
  for (const dir of [paths.run, paths.forwards, paths.links]) await removeTree(dir);
  mkdirSync(paths.run, { mode: 0o700 });
  chownSync(paths.run, uid, uid);
  mkdirSync(paths.links, { mode: 0o700 });
  rmSync(paths.pid, { force: true });
};

const isHealthy = async (endpoint: HttpEndpoint, token: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const answer = await bridgeCall(endpoint, token, {
      method: 'GET',
      path: '/health',
      timeoutMs: HEALTH_TIMEOUT_MS,
      signal,
    });
    return answer.status === 200;
  } catch {
    // Bound but not listening yet, or not answering yet: looked at again until the deadline.
    return false;
  }
};

/** Starts the bridge on files that are there already, and waits until it is healthy. */
export const startSandbox = async (options: StartOptions): Promise<Started> => {
  const { paths, chosen, uid, request } = options;
  const { profile, cgroups } = chosen;
  const { name, bridgeToken: token, signal } = request;
  await prepareSockets(paths, uid);
  const forwards = await openForwards(paths.forwards, uid, profile.ownNetwork ? request.forwards : []);

  const dirs = { ...paths, runtime: options.runtime };
  const inside = profile.inside(dirs);
  const env = bridgeEnv({
    dirs: inside,
    token,
    previewPort: profile.ownNetwork ? PREVIEW_PORT : await freePort(),
    forwards: profile.ownNetwork ? request.forwards : [],
    mark: paths.mark,
    ...(options.agentCommand ? { agentCommand: options.agentCommand } : {}),
  });
  const command = [join(inside.runtime, 'bin/node'), join(inside.runtime, 'bridge/main.ts')];
  const child = spawnInside(profile.launch(dirs, uid, command), {
    env,
    cgroup: cgroups?.create(name) ?? [],
    ...(profile.ownNetwork ? {} : { cwd: paths.app }),
  });
  if (child.pid !== undefined) writeIdentity(paths.pid, child.pid);
  const recent: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    captureLines(stream, (line) => {
      if (recent.push(line) > 20) recent.shift();
      options.onLine(line);
    });
  }

  let over: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, killedBy) => resolve(killedBy ?? `exit code ${code}`));
  });
  void ended.then((how) => {
    over = how;
  });
  const stop = async (): Promise<void> => {
    await endProcesses(name, paths, cgroups);
    await ended;
    await forwards.close();
  };

  const bridge = socketEndpoint(join(paths.links, 'bridge.sock'));
  const preview = socketEndpoint(join(paths.links, 'preview.sock'));
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  try {
    for (;;) {
      const taken = ['bridge.sock', 'preview.sock'].map((socket) =>
        takeSocket(paths.run, paths.links, socket),
      );
      if (taken.every(Boolean) && (await isHealthy(bridge, token, signal))) break;
      if (over !== undefined)
        throw new SandboxFailure(
          'bridge_exited',
          `The bridge of ${name} ended (${over}): ${recent.join(' | ').slice(0, 500)}`,
          true,
        );
      if (signal.aborted || performance.now() > deadline)
        throw new SandboxFailure(
          'sandbox_boot_timeout',
          `The bridge of ${name} did not become healthy.`,
          true,
        );
      await sleep(LOOK_EVERY_MS);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { sandbox: bridgedSandbox({ name, token, bridge, preview }), stop, ended };
};
