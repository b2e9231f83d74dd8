import { expect, it } from 'vitest';
import { toProviderError } from './errors.ts';

it.each([
  [
    Object.assign(new Error("ENOSPC: no space left on device, mkdir '/srv/mk0r/git/mk0r-x.git'"), {
      code: 'ENOSPC',
    }),
    'repository_full',
    "provision repository: ENOSPC: no space left on device, mkdir '(a path of the server)'",
  ],
  [
    new Error('fatal: /srv/mk0r/git/mk0r-x.git: not a repository, see https://git-scm.com/docs'),
    'repository_error',
    'provision repository: fatal: (a path of the server): not a repository, see https://git-scm.com/docs',
  ],
])('a path of the host is in no error that a session gets: %s', (thrown, code, message) => {
  expect(toProviderError('provision repository')(thrown)).toEqual({ code, message, retryable: true });
});
