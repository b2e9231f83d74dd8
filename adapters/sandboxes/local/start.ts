import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BootRequest, HttpEndpoint, Sandbox } from '../../../commands/ports/sandboxes.ts';
import { freePort } from '../../listening/free-port.ts';
import { bridgedSandbox } from '../bridged-sandbox.ts';
import { listenable } from '../listenable.ts';
import { bridgeCommand, bridgeEnv, PREVIEW_PORT, VERSION_PORT } from './bridge/bridge-env.ts';
import { openForwards } from './bridge/forwards.ts';
import { bridgeSockets, untilHealthy } from './bridge/healthy.ts';
import type { ChosenProfile } from './isolation/probe.ts';
import { makeSocketParent, type SandboxPaths } from './paths.ts';
import { type BridgeProcess, watchBridge } from './processes/bridge-process.ts';
import { endProcesses } from './processes/end.ts';
import { writeIdentity } from './processes/process-identity.ts';
import { spawnInside } from './processes/spawn.ts';
import type { InsideDirs } from './profile.ts';
import { removeTree } from './remove.ts';

export type Started = {
  readonly sandbox: Sandbox;
  /** Ends every process and closes the forwards; files stay. */
  readonly stop: () => Promise<void>;
  /** Settles when the bridge has ended, with how. */
  readonly ended: Promise<string>;
};

/** The ACP agent of sandboxes, in place of the offline one. */
export type LocalAgent = {
  /** Its command line, as it is said inside. */
  readonly command: (inside: InsideDirs) => readonly string[];
  /** Where it is installed on the host. */
  readonly dir?: string;
  /** Directories of the host it needs besides. */
  readonly shown?: readonly string[];
};

export type StartOptions = {
  readonly paths: SandboxPaths;
  readonly chosen: ChosenProfile;
  readonly runtime: string;
  readonly uid: number;
  readonly request: BootRequest;
  readonly agent?: LocalAgent;
  readonly onLine: (line: string) => void;
};

const onSocket = (socketPath: string): HttpEndpoint => ({
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
};

/** Starts the bridge on files that are there already, and waits until it is healthy. */
export const startSandbox = async (options: StartOptions): Promise<Started> => {
  const { paths, chosen, uid, request } = options;
  const { profile, cgroups } = chosen;
  const { name, bridgeToken: token } = request;
  const wanted = profile.ownNetwork ? listenable(request.forwards) : [];
  await prepareSockets(paths, uid);
  const forwards = await openForwards(paths.forwards, uid, wanted);

  let bridge: BridgeProcess | undefined;
  const stop = async (): Promise<void> => {
    await endProcesses(name, paths, cgroups);
    await bridge?.ended;
    await forwards.close();
  };
  try {
    const { agent } = options;
    const dirs = {
      ...paths,
      runtime: options.runtime,
      ...(agent?.dir === undefined ? {} : { agents: agent.dir }),
      ...(agent?.shown === undefined ? {} : { shown: agent.shown }),
    };
    const inside = profile.inside(dirs);
    const env = bridgeEnv({
      dirs: inside,
      token,
      previewPort: profile.ownNetwork ? PREVIEW_PORT : await freePort(),
      versionPort: profile.ownNetwork ? VERSION_PORT : await freePort(),
      forwards: wanted,
      mark: paths.mark,
      ...(agent === undefined ? {} : { agentCommand: agent.command(inside) }),
    });
    const child = spawnInside(profile.launch(dirs, uid, bridgeCommand(inside)), {
      env,
      cgroup: cgroups?.create(name) ?? [],
      ...(profile.ownNetwork ? {} : { cwd: paths.app }),
    });
    if (child.pid !== undefined) writeIdentity(paths.pid, child.pid);
    bridge = watchBridge(child, options.onLine);
    const endpoint = onSocket(join(paths.links, bridgeSockets.bridge));
    const preview = onSocket(join(paths.links, bridgeSockets.preview));
    const version = onSocket(join(paths.links, bridgeSockets.version));
    await untilHealthy(bridge, paths, endpoint, request);
    const sandbox = bridgedSandbox({ name, token, bridge: endpoint, preview, version });
    return { sandbox, stop, ended: bridge.ended };
  } catch (error) {
    await stop();
    throw error;
  }
};
