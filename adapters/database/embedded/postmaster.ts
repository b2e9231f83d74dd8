import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { asAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Home } from './home.ts';
import { SHUTDOWN } from './leftover.ts';

const KEPT_LOG_CHARS = 2_000;

/** A running `postgres`. `exited` resolves, never rejects, with a sentence on how it ended. */
export type Postmaster = {
  readonly pid: number | undefined;
  readonly exited: Promise<string>;
  /** The end of what it wrote to its log. */
  readonly lastWords: () => string;
  /** Fast shutdown, then harder ones; resolves when it is gone. */
  readonly stop: () => Promise<void>;
};

export const spawnPostmaster = (home: Home, binaries: Binaries, log: (line: string) => void): Postmaster => {
  const child = spawn(binaries.postgres, ['-D', home.pgdata], {
    ...asAccount(home.account),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own: Ctrl-C in the terminal is for us, who stop it after its last client.
    detached: true,
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-KEPT_LOG_CHARS);
    for (const line of chunk.split('\n')) if (line !== '') log(line.slice(0, 500));
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // 'close', not 'exit': by then the last words have been read.
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
  const stop = async (): Promise<void> => {
    for (const { signal, waitMs } of SHUTDOWN) {
      child.kill(signal);
      const patience = new AbortController();
      const late = delay(waitMs, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
      const outcome = await Promise.race([exited, late]);
      patience.abort();
      if (outcome !== 'late') return;
    }
  };
  return { pid: child.pid, exited, lastWords: () => words.trim(), stop };
};
