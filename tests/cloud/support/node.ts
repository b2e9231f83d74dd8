import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inherited } from '../../support/server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const START_LIMIT_MS = 120_000;

/** One server process of an installation that has several. */
export type ServerNode = {
  readonly role: 'api' | 'worker' | 'all';
  readonly url: string;
  readonly isUp: () => boolean;
  /** All it has written so far, over all its lives. */
  readonly log: () => string;
  readonly start: () => Promise<void>;
  /** Starts it without waiting for it. */
  readonly launch: () => void;
  /** How the last one ended by itself: its code, or the signal. */
  readonly ended: () => string | undefined;
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

export type NodeOptions = {
  readonly role: ServerNode['role'];
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
};

/** A process as a deployment runs it, not started yet. `start` resolves when it says that it is ready. */
export const createNode = ({ role, port, env }: NodeOptions): ServerNode => {
  const output: Buffer[] = [];
  const log = (): string => Buffer.concat(output).toString('utf8');
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  let ended: string | undefined;
  const launch = (): void => {
    const mine = spawn('node', ['api/main.ts'], {
      cwd: ROOT,
      env: { ...inherited(), LOG_FORMAT: 'json', ...env, ROLE: role, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = mine;
    ended = undefined;
    mine.once('exit', (code, signal) => {
      if (child !== mine) return;
      ended = String(signal ?? code);
      child = undefined;
    });
    for (const stream of [mine.stdout, mine.stderr]) stream?.on('data', (chunk) => output.push(chunk));
  };

  const start = async (): Promise<void> => {
    launch();
    const until = Date.now() + START_LIMIT_MS;
    while (!(await isReady(url))) {
      if (ended !== undefined) throw new Error(`The ${role} process ended with ${ended}.\n${log()}`);
      if (Date.now() > until) throw new Error(`The ${role} process is not ready.\n${log()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const mine = child;
    child = undefined;
    if (mine === undefined) return;
    const gone = once(mine, 'exit');
    mine.kill(signal);
    await gone;
  };

  return { role, url, isUp: () => child !== undefined, log, launch, ended: () => ended, start, end };
};

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
};
