import { existsSync, readdirSync } from 'node:fs';
import { type Cgroups, findCgroups } from './isolation/cgroups.ts';
import { dataDirKey, sandboxesDir, sandboxPaths } from './paths.ts';
import { endProcesses } from './processes/end.ts';
import { readRecord } from './record.ts';
import { moveToTrash } from './remove.ts';

/**
 * Cleans up after a server that was killed: ends processes of this data directory's sandboxes that outlived it, and
 * takes half-made sandboxes away. Finished ones keep their files, to be woken. Answers the names of the sandboxes in
 * which something still ran.
 */
export const stopLeftovers = async (
  dataDir: string,
  cgroups: Cgroups | undefined = findCgroups(`mk0r-${dataDirKey(dataDir)}`),
): Promise<readonly string[]> => {
  const parent = sandboxesDir(dataDir);
  const names = existsSync(parent) ? readdirSync(parent) : [];
  const stopped: string[] = [];
  for (const name of names) {
    const paths = sandboxPaths(dataDir, name);
    if (await endProcesses(name, paths, cgroups)) stopped.push(name);
    if (readRecord(paths.record) === undefined) moveToTrash(dataDir, paths.root);
  }
  // Groups whose sandbox has lost its directory.
  for (const name of cgroups?.names() ?? []) {
    if (!names.includes(name) && (await cgroups?.kill(name))) stopped.push(name);
  }
  return stopped;
};
