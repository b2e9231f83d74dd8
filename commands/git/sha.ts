import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../ports/services.ts';

const SHA = /^[0-9a-f]{40}$/;

/** The sandbox is untrusted: what it calls a commit is one, or the step failed. */
export const parseSha = (output: string): TE.TaskEither<ProviderError, string> => {
  const sha = output.trim().split('\n').at(-1)?.trim() ?? '';
  return SHA.test(sha)
    ? TE.right(sha)
    : TE.left({
        code: 'git_unreadable',
        message: 'git in the sandbox did not name a commit.',
        retryable: true,
      });
};
