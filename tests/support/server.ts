import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../adapters/listening/free-port.ts';
import type { Outage } from './outages.ts';
import { borrowAgents, borrowTemplates, lendTemplates } from './templates.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A first start bakes the sandbox template: an npm install and a run of Vite, on a machine that may be busy. */
const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 30_000;

export type TestServer = {
  readonly url: string;
  readonly dataDir: string;
  /** Of the server's process; `undefined` while there is none. */
  readonly pid: () => number | undefined;
  /** How the last process ended. */
  readonly lastExit: () => { readonly code: number | null; readonly signal: string | null } | undefined;
  /** All it has written so far, over all its lives. */
  readonly log: () => string;
  /** Ends the process by `signal` and returns when it is gone. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Starts it again on the same port and data directory. */
  readonly start: () => Promise<void>;
  /** Takes a port the server listens on away, or brings it back. */
  readonly outage: (port: number, state: Outage['state']) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What a server needs of the environment of whoever runs the tests; none of its settings are among it. */
const INHERITED = /^(PATH|HOME|LANG|TMPDIR|npm_.*|(https?|no)_proxy|NODE_EXTRA_CA_CERTS)$/i;

export const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name)));

/** Starts the product as `npm start` does, on a free port and with a data directory of its own. */
export const startServer = async (env: Readonly<Record<string, string>> = {}): Promise<TestServer> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mk0r-e2e-'));
  // Postgres and the sandboxes run as users of their own and have to pass through.
  chmodSync(dataDir, 0o711);
  borrowTemplates(dataDir);
  if (env.ANTHROPIC_API_KEY !== undefined) borrowAgents(dataDir);

  const output: Buffer[] = [];
  const log = (): string => Buffer.concat(output).toString('utf8');
  let child: ChildProcess | undefined;
  let lastExit: ReturnType<TestServer['lastExit']>;
  let url = '';

  // Chosen here, where it stays held while the server is down.
  const port = await freePort();
  const start = async (): Promise<void> => {
    const process = spawn('node', ['--import', join(import.meta.dirname, 'outages.ts'), 'api/main.ts'], {
      cwd: ROOT,
      env: {
        ...inherited(),
        LOG_FORMAT: 'json',
        // A browser in every sandbox, a second of two cores a turn: where that is what is told, it is asked for.
        MK0R_PAGE_CHECK: 'modules',
        ...env,
        PORT: `${port}`,
        MK0R_DATA_DIR: dataDir,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = process;
    const before = output.length;
    const said = (): string => Buffer.concat(output.slice(before)).toString('utf8');
    url = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`The server ${why}.\n${said()}`));
      const limit = setTimeout(() => fail(`was not up within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
      const hear = (chunk: Buffer): void => {
        output.push(chunk);
        const address = /ready in .* open (http:\/\/[^\s"]+)/.exec(said())?.[1];
        if (address === undefined) return;
        clearTimeout(limit);
        resolve(address);
      };
      process.stdout?.on('data', hear);
      process.stderr?.on('data', hear);
      process.once('error', (error) => fail(`could not be started: ${error.message}`));
      process.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
    });
    await until(async () => (await fetch(`${url}/readyz`)).ok);
    lendTemplates(dataDir);
  };

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const process = child;
    child = undefined;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const gone = once(process, 'exit');
    process.kill(signal);
    const limit = setTimeout(() => process.kill('SIGKILL'), STOP_LIMIT_MS);
    const [code, killed] = (await gone) as [number | null, NodeJS.Signals | null];
    clearTimeout(limit);
    lastExit = { code, signal: killed };
    if (killed !== null && killed !== signal)
      throw new Error(`The server did not stop within ${STOP_LIMIT_MS / 1000} s.\n${log()}`);
  };

  const outage = async (port: number, state: Outage['state']): Promise<void> => {
    if (child === undefined) throw new Error('The server is not running.');
    const answer = once(child, 'message');
    child.send({ port, state } satisfies Outage);
    const [{ error }] = await answer;
    if (error !== undefined) throw new Error(error);
  };

  const close = async (): Promise<void> => {
    try {
      await end('SIGTERM');
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  };

  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get url() {
      return url;
    },
    dataDir,
    pid: () => child?.pid,
    lastExit: () => lastExit,
    log,
    end,
    start,
    outage,
    close,
  };
};

/** Asks until the answer is yes; an answer that fails counts as no. The test's own limit ends it. */
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50));
};
