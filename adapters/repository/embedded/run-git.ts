import { spawn } from 'node:child_process';

export type GitOutput = { readonly stdout: Buffer; readonly truncated: boolean };

const TIMEOUT_MS = 10_000;

/** A git that said no. `message` is the end of its standard error. */
export class GitFailed extends Error {}

/**
 * Runs git without a shell and keeps at most `maxBytes` of what it prints; where there is more it is stopped there
 * and `truncated` is true. Rejects with `GitFailed`, or the abort reason.
 */
export const runGit = (
  args: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly maxBytes: number;
    readonly signal?: AbortSignal;
    /** 10 s unless told. */
    readonly timeoutMs?: number;
    /** What it is told on its standard input; nothing unless told. */
    readonly stdin?: string;
  },
): Promise<GitOutput> =>
  new Promise((resolve, reject) => {
    const { env, cwd, maxBytes } = options;
    const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    const child = spawn('git', args, {
      env,
      cwd,
      signal,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // EPIPE: it ended without reading all of it, and says why itself.
    child.stdin.on('error', () => undefined).end(options.stdin);
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-500);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const truncated = size > maxBytes;
      if (code === 0 || truncated)
        resolve({ stdout: Buffer.concat(chunks).subarray(0, maxBytes), truncated });
      else reject(new GitFailed(complaint.trim() || `git ended with ${code}`));
    });
  });
