import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

export type Ran = { readonly exitCode: number; readonly output: string; readonly ms: number };
export type Limits = { readonly timeoutMs: number; readonly signal: AbortSignal };

const KEPT_CHARACTERS = 6000;

/**
 * Runs a Node script of the app and answers its exit code (124 after `timeoutMs`) and the end of its output.
 * Aborting kills the whole process group and, when it is gone, rejects with the signal's reason.
 */
export async function runNode(
  args: readonly string[],
  options: Limits & { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ran> {
  options.signal.throwIfAborted();
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', CI: '1', ...options.env },
  });

  // Tools start helpers of their own; only the group's end is the end of them all.
  const killGroup = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) reject(error);
    }
  };
  let output = '';
  let timedOut = false;
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-KEPT_CHARACTERS);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup();
  }, options.timeoutMs);

  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  options.signal.addEventListener('abort', killGroup, { once: true });
  child.on('error', reject);
  child.on('close', (code) => {
    if (options.signal.aborted) return reject(options.signal.reason);
    const exitCode = timedOut ? 124 : (code ?? 137);
    resolve({ exitCode, output: stripVTControlCharacters(output).trim(), ms: performance.now() - started });
  });

  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', killGroup);
  }
}
