import { existsSync, linkSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxFailure } from '../../failure.ts';

/**
 * Takes hold of a socket the bridge has made in its run directory: a hard link where the sandbox cannot reach. The
 * sandbox may later put a link to one of the host's sockets in its place; this process would follow that, and a hard
 * link, made without following and looked at afterwards, cannot be swapped. False while there is no socket yet.
 */
export const takeSocket = (runDir: string, linksDir: string, name: string): boolean => {
  const mine = join(linksDir, name);
  if (existsSync(mine)) return true;
  const theirs = lstatSync(join(runDir, name), { throwIfNoEntry: false });
  if (theirs === undefined) return false;
  linkSync(join(runDir, name), mine);
  if (lstatSync(mine).isSocket()) return true;
  rmSync(mine);
  throw new SandboxFailure(
    'sandbox_socket_forged',
    `The sandbox put something else in place of ${name}.`,
    false,
  );
};
