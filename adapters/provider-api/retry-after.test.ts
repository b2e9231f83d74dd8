import { describe, expect, it } from 'vitest';
import { githubError } from '../repository/github/errors.ts';
import { retryAfter } from './retry-after.ts';

/** Years from the clock of this machine. */
const SENT_AT = 'Mon, 01 Jan 2001 12:00:00 GMT';

/** A refusal as Octokit rejects with it. */
const refusedWith = (headers: Readonly<Record<string, string>>, message = 'no') => {
  const data = { message };
  const error = Object.assign(new Error(message), {
    name: 'HttpError',
    status: 403,
    response: { status: 403, headers, data },
  });
  return githubError('ask GitHub', new AbortController().signal)(error);
};

describe('when a provider wants to be asked again', () => {
  it('is told in seconds, or by a date of its own clock', () => {
    expect(retryAfter('7', SENT_AT)).toEqual({ retryAfterMs: 7_000 });
    expect(retryAfter('Mon, 01 Jan 2001 12:05:00 GMT', SENT_AT)).toEqual({ retryAfterMs: 300_000 });
    expect(retryAfter(undefined, SENT_AT)).toEqual({});
  });

  it('is measured by GitHub’s clock where its limit is spent', () => {
    const reset = String(Date.parse(SENT_AT) / 1_000 + 120);
    const spent = { date: SENT_AT, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    expect(refusedWith(spent)).toMatchObject({ code: 'rate_limited', retryAfterMs: 120_000 });
  });

  it('is a minute where GitHub limits us and does not say for how long', () => {
    const words = 'You have exceeded a secondary rate limit';
    expect(refusedWith({ date: SENT_AT }, words)).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 60_000,
    });
  });
});
