import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/**
 * The one without a window first: it is up in 0.2 s where the whole Chromium takes 0.5 s. Then the programs themselves
 * before the scripts around them: those read files of a host that is not there in a sandbox.
 */
const PROGRAMS = [
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/opt/google/chrome/chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The Chromium of this machine, if there is one. */
export const findBrowser = (): string | undefined => PROGRAMS.find((path) => existsSync(path));

const ARGUMENTS = [
  '--headless',
  '--remote-debugging-pipe',
  // The sandbox around it is ours, and lets nobody make another.
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-breakpad',
  '--disable-features=Translate,OptimizationHints,MediaRouter',
  '--no-first-run',
  '--mute-audio',
  '--window-size=1280,800',
];

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
};

export type Browser = {
  /** One command of the DevTools protocol, to the browser or to a page of it. */
  readonly send: (
    method: string,
    params?: Readonly<Record<string, unknown>>,
    sessionId?: string,
  ) => Promise<Record<string, unknown>>;
  readonly onEvent: (listener: (method: string, params: Record<string, unknown>) => void) => void;
  /** Rejects when the browser ends. */
  readonly ended: Promise<never>;
  readonly close: () => void;
};

/** Starts a browser without a window, spoken to over a pipe: no port is opened. Its profile is gone with it. */
export const startBrowser = (program: string): Browser => {
  const profile = mkdtempSync(join(tmpdir(), 'mk0r-look-'));
  const child = spawn(program, [...ARGUMENTS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (e: Error) => void }
  >();
  const listeners: ((method: string, params: Record<string, unknown>) => void)[] = [];
  let last = 0;

  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the browser ended (${signal ?? code})`)));
  });
  ended.catch((error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
  });
  // A browser that has just ended closes its end first.
  input.on('error', () => undefined);

  const hear = ({ id, method, params, result, error }: Message): void => {
    const call = id === undefined ? undefined : waiting.get(id);
    if (id !== undefined && call !== undefined) {
      waiting.delete(id);
      if (error === undefined) call.resolve(result ?? {});
      else call.reject(new Error(error.message));
    } else if (method !== undefined) for (const listener of listeners) listener(method, params ?? {});
  };
  let pending = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (pending + chunk).split('\0');
    pending = messages.pop() ?? '';
    for (const message of messages) hear(JSON.parse(message) as Message);
  });

  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        input.write(`${JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
      }),
    onEvent: (listener) => void listeners.push(listener),
    ended,
    close: () => {
      child.kill('SIGKILL');
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    },
  };
};
