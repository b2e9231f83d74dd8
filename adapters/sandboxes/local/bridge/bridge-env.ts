import { delimiter, join } from 'node:path';
import type { Forward } from '../../../../commands/ports/sandboxes.ts';
import { MARKER } from '../processes/kill.ts';
import type { InsideDirs } from '../profile.ts';
import { forwardSocket } from './forwards.ts';

/** Vite's own port, free in every sandbox that has a network of its own. */
export const PREVIEW_PORT = 5173;
/** The dev server of an older version that is looked at. */
export const VERSION_PORT = 5174;

/** By import and not by environment variable, which every program of the app would inherit. */
export const compileCacheAt = (dir: string): readonly string[] => [
  '--import',
  `data:text/javascript,import{enableCompileCache}from'node:module';enableCompileCache('${dir}')`,
];

/** A program of the runtime, by the runtime's own Node. */
const runtimeProgram = ({ runtime, compileCache }: InsideDirs, path: string): readonly string[] => [
  join(runtime, 'bin/node'),
  ...(compileCache === undefined ? [] : compileCacheAt(compileCache)),
  join(runtime, path),
];

/** With the search path that holds inside: the runtime's Node first, nothing of the host's own. */
export const withInsidePath = (dirs: InsideDirs, command: readonly string[]): readonly string[] => {
  const path = [join(dirs.runtime, 'bin'), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  return ['env', `PATH=${path.join(delimiter)}`, ...command];
};

export const bridgeCommand = (dirs: InsideDirs): readonly string[] =>
  withInsidePath(dirs, runtimeProgram(dirs, 'bridge/main.ts'));

/** What every process of a sandbox starts from: nothing of the host's environment. */
export const baseEnv = (dirs: InsideDirs, mark: string): Readonly<Record<string, string>> => ({
  HOME: dirs.home,
  USER: 'user',
  LANG: 'C.UTF-8',
  [MARKER]: mark,
});

/** The bridge's configuration; the token is here and not in the arguments, which every user of a machine can list. */
export const bridgeEnv = (options: {
  readonly dirs: InsideDirs;
  readonly token: string;
  readonly previewPort: number;
  readonly versionPort: number;
  readonly forwards: readonly Forward[];
  readonly agentCommand?: readonly string[];
  readonly mark: string;
}): Readonly<Record<string, string>> => {
  const { dirs, forwards } = options;
  const agent = options.agentCommand ?? runtimeProgram(dirs, 'agent/main.ts');
  return {
    ...baseEnv(dirs, options.mark),
    MK0R_BRIDGE_TOKEN: options.token,
    MK0R_BRIDGE_SOCKET: join(dirs.run, 'bridge.sock'),
    MK0R_PREVIEW_SOCKET: join(dirs.run, 'preview.sock'),
    MK0R_PREVIEW_PORT: String(options.previewPort),
    MK0R_VERSION_SOCKET: join(dirs.run, 'version.sock'),
    MK0R_VERSION_PORT: String(options.versionPort),
    MK0R_APP_DIR: dirs.app,
    MK0R_RUN_DIR: dirs.run,
    MK0R_FORWARDS: forwards.map(({ port }) => `${port}=${forwardSocket(dirs.forwards, port)}`).join(','),
    MK0R_AGENT_CMD: JSON.stringify(agent),
  };
};
