import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../http/problem.ts';
import { endGroup, signalGroup } from '../process-group.ts';
import { createRing } from '../ring.ts';
import { accepts } from './probe.ts';

export type PreviewState = 'starting' | 'ready' | 'crashed';

export type DevServer = {
  /** Looks for itself: `ready` means that a connection to the port was accepted just now. */
  readonly state: () => Promise<PreviewState>;
  readonly restarts: () => number;
  /** The last 64 Ki characters the dev server printed, over all its restarts. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

export type DevServerOptions = {
  readonly appDir: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
};

const LOG_CHARACTERS = 64 * 1024;
const FIRST_BACKOFF_MS = 250;
const LAST_BACKOFF_MS = 10_000;
/** One that lived this long had started well; its crash is news, not a loop. */
const HEALTHY_AFTER_MS = 10_000;
const STOP_GRACE_MS = 1_000;

const PRELOAD = fileURLToPath(new URL('./exit-with-parent.ts', import.meta.url));

const launch = ({ appDir, port, env }: DevServerOptions): ChildProcess =>
  spawn(
    process.execPath,
    [
      ...['--import', PRELOAD, 'node_modules/vite/bin/vite.js'],
      ...['--port', String(port), '--strictPort', '--host', '127.0.0.1'],
    ],
    {
      cwd: appDir,
      env: { ...env, MK0R_PREVIEW_PORT: String(port), NO_COLOR: '1', BROWSER: 'none' },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );

/** Starts the app's dev server and starts it again, with growing pauses, whenever it ends. */
export const superviseDevServer = (options: DevServerOptions): DevServer => {
  const ring = createRing(LOG_CHARACTERS);
  let child: ChildProcess | undefined;
  let restarts = 0;
  let backoff = FIRST_BACKOFF_MS;
  let retry: NodeJS.Timeout | undefined;
  let stopping = false;

  const ended = (why: string, lived: number): void => {
    child = undefined;
    if (stopping) return;
    if (lived >= HEALTHY_AFTER_MS) backoff = FIRST_BACKOFF_MS;
    ring.write(`[dev server ended: ${why}; starting it again in ${backoff} ms]\n`);
    retry = setTimeout(() => {
      restarts += 1;
      start();
    }, backoff);
    backoff = Math.min(backoff * 2, LAST_BACKOFF_MS);
  };

  const start = (): void => {
    const startedAt = Date.now();
    const started = launch(options);
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => ring.write(chunk));
    }
    started.stdin?.on('error', (error) => ring.write(`[${messageOf(error)}]\n`));
    started.once('error', (error) => ended(messageOf(error), 0));
    started.once('exit', (code, signal) => {
      // Workers it left behind would hold the port its successor needs.
      if (started.pid !== undefined) signalGroup(started.pid, 'SIGKILL');
      ended(signal ?? `exit code ${code}`, Date.now() - startedAt);
    });
  };

  start();
  return {
    state: async () => {
      if (child === undefined) return 'crashed';
      return (await accepts(options.port)) ? 'ready' : 'starting';
    },
    restarts: () => restarts,
    log: () => ring.text(),
    stop: async () => {
      stopping = true;
      clearTimeout(retry);
      const running = child;
      if (running === undefined) return;
      running.kill('SIGTERM');
      await endGroup(running, STOP_GRACE_MS);
    },
  };
};
