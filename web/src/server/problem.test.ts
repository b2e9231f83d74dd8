import { describe, expect, it } from 'vitest';
import { ApiProblem, explain, problemOf } from './problem.ts';

const answered = (status: number, body: string, headers: Record<string, string> = {}) =>
  problemOf(new Response(body, { status, headers }));

describe('a refusal', () => {
  it('is told in the server’s words where the page has none of its own', async () => {
    const problem = await answered(409, '{"code":"nothing_to_undo","detail":"There is nothing to undo."}');
    expect(problem).toMatchObject({ status: 409, code: 'nothing_to_undo' });
    expect(explain(problem)).toBe('There is nothing to undo.');
  });

  it('says when asking again makes sense', async () => {
    const problem = await answered(429, '{"code":"rate_limited"}', { 'retry-after': '7' });
    expect(explain(problem)).toContain('Ready again in 7 s.');
  });

  it('survives an answer that is not ours', async () => {
    expect(await answered(502, '<html>Bad Gateway</html>')).toMatchObject({ code: 'http_502' });
  });

  it('never shows an unexpected error to a person', () => {
    expect(explain(new TypeError('x is not a function'))).not.toContain('function');
    expect(explain(new ApiProblem(0, 'unreachable', ''))).toContain('cannot be reached');
  });
});
