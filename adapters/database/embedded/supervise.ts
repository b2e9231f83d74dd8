import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from './admin.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';
import type { Logger } from './postgres.ts';
import { type Postmaster, spawnPostmaster } from './postmaster.ts';

/** `down`: no process, waiting to start one (or closed) · `starting`: a process that does not answer yet. */
export type ClusterState = 'starting' | 'up' | 'down';

const READY_POLL_MS = 15;
const READY_LIMIT_MS = 60_000; // recovery after a crash under load takes its time
const BACKOFF_MS = [50, 100, 250, 500, 1_000, 2_000, 5_000] as const;
const STEADY_MS = 60_000;

const answers = async (admin: Admin): Promise<boolean> => {
  try {
    await admin.use(undefined, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
};

/** True when it answers, false when it exits (or does not answer in time) before that. */
const becomesReady = async (postmaster: Postmaster, admin: Admin): Promise<boolean> => {
  let exited = false;
  void postmaster.exited.then(() => {
    exited = true;
  });
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!exited && Date.now() < deadline) {
    if (await answers(admin)) return true;
    await delay(READY_POLL_MS);
  }
  return false;
};

/** Runs the postmaster until `close`, starting it again when it dies. Rejects when the first start fails. */
export const supervise = async (parts: {
  readonly home: Home;
  readonly binaries: Binaries;
  readonly admin: Admin;
  readonly logger: Logger;
}) => {
  const { home, binaries, admin, logger } = parts;
  const changes = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  let state: ClusterState = 'down';
  let current: Postmaster | undefined;

  const enter = (next: ClusterState): void => {
    if (state === next) return;
    state = next;
    changes.emit('state', next);
  };

  const start = async (): Promise<boolean> => {
    enter('starting');
    current = spawnPostmaster(home, binaries, (line) => logger.debug({ postgres: line }, 'postgres'));
    const ready = await becomesReady(current, admin);
    if (ready) enter('up');
    else await current.stop();
    return ready;
  };

  /** Ends when closed. `failures` in a row decide the wait before the next start. */
  const keepRunning = async (): Promise<void> => {
    let failures = 0;
    while (!closing.signal.aborted) {
      const upSince = Date.now();
      const how = await current?.exited;
      enter('down');
      if (closing.signal.aborted) return;
      failures = Date.now() - upSince > STEADY_MS ? 0 : failures;
      const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)];
      logger.error({ how, lastWords: current?.lastWords(), wait }, 'Postgres died; starting it again');
      await delay(wait, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
      failures += 1;
      if (await start()) logger.info({ pid: current?.pid }, 'Postgres is back');
    }
  };

  if (!(await start())) {
    enter('down');
    throw new EmbeddedPostgresError(
      'postgres_does_not_start',
      `Postgres in ${home.path} does not start: ${current?.lastWords() || (await current?.exited)}`,
    );
  }
  const running = keepRunning();

  return {
    state: () => state,
    onState: (listener: (state: ClusterState) => void) => {
      changes.on('state', listener);
      return () => void changes.off('state', listener);
    },
    pid: () => current?.pid,
    close: async (): Promise<void> => {
      closing.abort();
      await Promise.all([current?.stop(), admin.close()]);
      await running;
    },
  };
};
