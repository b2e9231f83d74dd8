import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own at `dir`; answers how to take it away, or `undefined` where this user may not mount. */
export const mountTmpfs = async (
  dir: string,
  options: string,
): Promise<(() => Promise<void>) | undefined> => {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', options, 'mk0r-test', dir]);
  } catch {
    return undefined;
  }
  return async () => {
    await run('umount', ['-l', dir]);
  };
};
