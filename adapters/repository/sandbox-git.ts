import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import { type Git, type RepositoryReader, readerOf } from './embedded/read.ts';
import { GitFailed } from './embedded/run-git.ts';

const TIMEOUT_MS = 10_000;

const NOT_RUNNING: ProviderError = {
  code: 'sandbox_not_running',
  message: 'The sandbox is not running.',
  retryable: true,
};

const gitIn =
  (sandbox: Sandbox): Git =>
  async (args, maxBytes) => {
    const ran = await sandbox.exec({
      cmd: ['git', ...args],
      cwd: '/app',
      env: { GIT_LITERAL_PATHSPECS: '1' },
      timeoutMs: TIMEOUT_MS,
    })();
    if (E.isLeft(ran)) throw new Error(ran.left.message);
    const { exitCode, stdout, stderr } = ran.right;
    if (exitCode !== 0) throw new GitFailed(stderr.trim().slice(-500) || `git ended with ${exitCode}`);
    const bytes = Buffer.from(stdout);
    return { stdout: bytes.subarray(0, maxBytes), truncated: bytes.length > maxBytes };
  };

/**
 * Reads the repository of a running sandbox, by session: it has what was not pushed yet, and what cannot be. What comes
 * back is what the sandbox says; text only, since a command's output is.
 */
export const sandboxReader = (reach: (sessionId: string) => Promise<Sandbox | undefined>): RepositoryReader =>
  readerOf((sessionId) => async () => {
    const sandbox = await reach(sessionId);
    return sandbox === undefined ? TE.left(NOT_RUNNING)() : TE.right<ProviderError, Git>(gitIn(sandbox))();
  });
