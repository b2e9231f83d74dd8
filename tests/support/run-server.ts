import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { inherited } from './server.ts';

export type Ended = { readonly code: number | null; readonly signal: string | null; readonly output: string };

/**
 * Runs a server that is expected to give up, and answers how it ended. One that gets as far as saying `endOn` is told to
 * stop. The test's own limit ends the waiting.
 */
export const runServer = (
  env: Readonly<Record<string, string>>,
  { endOn = 'ready in' }: { readonly endOn?: string } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn('node', ['api/main.ts'], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...inherited(), LOG_FORMAT: 'json', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const hear = (chunk: Buffer): void => {
      output.push(chunk);
      if (chunk.includes(endOn)) child.kill('SIGTERM');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, output: Buffer.concat(output).toString('utf8') }),
    );
  });
