import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs Emmett's SQLite store beside this file, once; its native driver is compiled, which takes about a minute.
 * @returns whether it is there; where it is not, says why, and the benchmarks go without
 */
export const installEmmett = (): boolean => {
  if (existsSync(`${HERE}node_modules/sqlite3/build/Release/node_sqlite3.node`)) return true;
  process.stdout.write('installing Emmett, to compare with: about a minute ...\n');
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HERE,
    encoding: 'utf8',
  });
  if (status === 0) return true;
  process.stdout.write(
    `Emmett cannot be installed here, so nothing is compared with it:\n${stderr.slice(-500)}\n`,
  );
  return false;
};
