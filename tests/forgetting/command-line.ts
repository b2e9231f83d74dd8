import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inherited } from '../support/server.ts';

/** What `npm run mk0r -- …` says about a data directory. */
export const mk0r = async (
  dataDir: string,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)('node', ['api/cli.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...inherited(), ...env, MK0R_DATA_DIR: dataDir },
    maxBuffer: 1 << 28,
  });
  return stdout + stderr;
};
