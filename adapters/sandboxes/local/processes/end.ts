import { rmSync } from 'node:fs';
import type { Cgroups } from '../isolation/cgroups.ts';
import type { SandboxPaths } from '../paths.ts';
import { killHard, killMarked } from './kill.ts';
import { readIdentity } from './process-identity.ts';

/**
 * Ends every process of a sandbox, whoever started it: those in its cgroup, the recorded process group, and what
 * left both but carries the sandbox's mark. True when there was anything to end.
 */
export const endProcesses = async (
  name: string,
  paths: SandboxPaths,
  cgroups: Cgroups | undefined,
): Promise<boolean> => {
  const leader = readIdentity(paths.pid);
  if (leader !== undefined) killHard(-leader);
  const grouped = (await cgroups?.kill(name)) ?? false;
  const marked = await killMarked(paths.mark);
  rmSync(paths.pid, { force: true });
  return leader !== undefined || grouped || marked;
};
