import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderError } from '../../commands/ports/services.ts';
import { resendProvider } from './resend-provider.ts';
import { throttle } from './throttle.ts';

type Reply = { status: number; body: string; headers?: Record<string, string> };

describe('what Resend answers', () => {
  const server = createServer();
  afterEach(() => {
    server.removeAllListeners('request');
    server.closeAllConnections();
    server.close();
  });

  const errorFor = async ({ status, body, headers = {} }: Reply): Promise<ProviderError | undefined> => {
    server.on('request', (_request, response) => response.writeHead(status, headers).end(body));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}`;
    const provider = resendProvider({ provider: 'resend', key: 're_full', baseUrl });
    const result = await provider.list(AbortSignal.timeout(60_000))();
    return result._tag === 'Left' ? result.left : undefined;
  };
  const problem = (statusCode: number, name: string, message = 'as it says'): string =>
    JSON.stringify({ statusCode, name, message });

  it('too fast, is worth retrying when it says', async () => {
    const body = problem(429, 'rate_limit_exceeded');
    expect(await errorFor({ status: 429, body, headers: { 'retry-after': '3' } })).toMatchObject({
      code: 'rate_limit_exceeded',
      retryable: true,
      retryAfterMs: 3_000,
    });
  });

  it('about a spent monthly quota, is not', async () => {
    expect(await errorFor({ status: 429, body: problem(429, 'monthly_quota_exceeded') })).toMatchObject({
      code: 'monthly_quota_exceeded',
      retryable: false,
    });
  });

  it('from a broken gateway, in HTML, is worth retrying', async () => {
    expect(await errorFor({ status: 502, body: '<html>Bad Gateway</html>' })).toMatchObject({
      code: 'application_error',
      retryable: true,
    });
  });

  it('about a wrong key, is not, and carries no key into the message', async () => {
    const error = await errorFor({
      status: 403,
      body: problem(403, 'invalid_api_key', 'No key re_live_123 here'),
    });
    expect(error).toMatchObject({ code: 'invalid_api_key', retryable: false });
    expect(error?.message).not.toContain('re_live_123');
  });

  it('with a name that is no code and a message without end, is cut to what a log can hold', async () => {
    const error = await errorFor({ status: 400, body: problem(400, 'Not a code!', 'x'.repeat(10_000)) });
    expect(error?.code).toBe('http_400');
    expect(error?.message.length).toBeLessThan(400);
  });

  it('with success and nonsense, is a misreading and not a crash', async () => {
    expect(await errorFor({ status: 200, body: '{"data":"?"}' })).toMatchObject({
      code: 'provider_misread',
      retryable: true,
    });
  });
});

describe('the throttle', () => {
  it('lets one call through and gives up waiting for the next when the deadline passes', async () => {
    const { wait } = throttle(0.001);
    await wait(new AbortController().signal);
    const deadline = new AbortController();
    const second = wait(deadline.signal);
    deadline.abort();
    await expect(second).rejects.toThrow();
  });

  it('goes as fast as the plan allows, as soon as an answer has said so', async () => {
    const { wait, heard } = throttle(1_000);
    const gaps = async (calls: number): Promise<number> => {
      const from = performance.now();
      for (let n = 0; n < calls; n += 1) await wait(new AbortController().signal);
      return performance.now() - from;
    };
    heard({ 'ratelimit-limit': '20' });
    expect(await gaps(4)).toBeGreaterThan(100);
    heard({ 'ratelimit-remaining': '0', 'ratelimit-reset': '0.4' });
    expect(await gaps(1)).toBeGreaterThan(300);
  });
});
