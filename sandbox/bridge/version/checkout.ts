import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, Problem } from '../http/problem.ts';

const run = promisify(execFile);
const GIT_TIMEOUT_MS = 30_000;

/** What a dev server writes beside its packages: another one with another root would write over it. */
const OWN_TO_A_SERVER = new Set(['.vite', '.vite-temp']);

/**
 * The files of a commit in a directory of their own, with the app's packages. Neither the working tree nor the repository
 * hears of it. 422 where there is no such commit.
 */
export const checkOut = async (
  { appDir, env }: { readonly appDir: string; readonly env: Readonly<Record<string, string>> },
  sha: string,
  dir: string,
): Promise<void> => {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  try {
    await run('sh', ['-c', 'git archive --format=tar "$0" | tar -xf - -C "$1"', sha, dir], {
      cwd: appDir,
      env,
      timeout: GIT_TIMEOUT_MS,
    });
    await lstat(join(dir, 'package.json'));
  } catch (error) {
    throw new Problem(
      422,
      'version_missing',
      `This version cannot be checked out: ${messageOf(error).slice(0, 200)}`,
    );
  }
  const [from, to] = [join(appDir, 'node_modules'), join(dir, 'node_modules')];
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => !OWN_TO_A_SERVER.has(name));
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
};
