import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';
import { isAlive, isPostmasterOf } from './process-identity.ts';

/** Postgres' shutdown modes, politest first, with how long each is given. */
export const SHUTDOWN = [
  { signal: 'SIGINT', waitMs: 8_000 }, // fast: sessions are cut, data is flushed
  { signal: 'SIGQUIT', waitMs: 3_000 }, // immediate: recovery at the next start
  { signal: 'SIGKILL', waitMs: 3_000 },
] as const;

const gone = async (pid: number, waitMs: number): Promise<boolean> => {
  const deadline = Date.now() + waitMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
};

/**
 * Stops the postmaster that outlived a killed server of ours. Answers its pid, or `undefined` where there was none.
 * Only a process proven to serve this very cluster is signalled; a pid file whose pid now belongs to somebody else
 * is removed, because Postgres would take it for a running server.
 */
export const stopLeftover = async (home: Home): Promise<number | undefined> => {
  const pidFile = join(home.pgdata, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  if (!(await isPostmasterOf(pid, home.pgdata))) {
    await rm(pidFile, { force: true });
    return undefined;
  }
  for (const { signal, waitMs } of SHUTDOWN) {
    process.kill(pid, signal);
    if (await gone(pid, waitMs)) return pid;
  }
  throw new EmbeddedPostgresError(
    'postgres_leftover',
    `Postgres ${pid} of an earlier run does not stop; kill it.`,
  );
};
