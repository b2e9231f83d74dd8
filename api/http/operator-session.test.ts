import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../testing/start.ts';

const TOKEN = ADMIN_TOKEN.replaceAll(' ', '-');
const URL = '/api/operator/session';
let running: TestServer;
beforeEach(async () => {
  running = await startTestServer();
});
afterEach(() => running.close());

const signIn = (token = TOKEN, headers: Record<string, string> = {}) =>
  running.server.inject({ method: 'POST', url: URL, payload: { token }, headers });
const cookieFrom = (response: Awaited<ReturnType<typeof signIn>>): string =>
  String(response.headers['set-cookie']).split(';', 1)[0] ?? '';
const ask = (cookie: string) => running.server.inject({ url: URL, headers: { cookie } });

describe('an operator', () => {
  test('signs in with the token, and gets a cookie no script and no other site can use', async () => {
    const response = await signIn();
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ signedIn: true, expiresAt: expect.any(String) });
    expect(response.headers['set-cookie']).toMatch(
      /^mk0r_operator=[^;]+; Path=\/api; Expires=[^;]+ GMT; HttpOnly; SameSite=Strict$/,
    );
    expect(JSON.stringify(response.headers) + response.payload).not.toContain(TOKEN);
    const hours = (Date.parse(response.json().expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThanOrEqual(12);
  });

  test('has a cookie for encrypted connections only where there are such', async () => {
    await running.close();
    running = await startTestServer({ env: { PUBLIC_URL: 'https://mk0r.example.com' } });
    expect((await signIn()).headers['set-cookie']).toMatch(/; Secure; /);
  });

  test('is told whether it is signed in', async () => {
    const response = await signIn();
    expect((await ask(cookieFrom(response))).json()).toEqual(response.json());
    expect((await ask('')).json()).toEqual({ signedIn: false });
    expect((await ask('mk0r_operator=made-up')).json()).toEqual({ signedIn: false });
  });

  test('may act with the cookie alone, from our page', async () => {
    const cookie = cookieFrom(await signIn());
    const { origin } = running.site();
    const answer = await running.server.inject({
      method: 'POST',
      url: '/api/pool/target',
      headers: { cookie, origin },
      payload: { target: 3 },
    });
    expect(answer.statusCode).toBe(202);
    expect(running.app.carriedOut.at(-1)?.name).toBe('setPoolTarget');
  });

  test.each([
    ['a preview', (origin: string) => ({ origin: origin.replace('://', '://abcdefghijkl.preview.') })],
    ['an origin that only begins like ours', (origin: string) => ({ origin: `${origin}.evil.example` })],
    ['what has no origin', () => ({})],
    ['a page without one', () => ({ origin: 'null' })],
  ])('is not spoken for by %s', async (_what, headersOf) => {
    const cookie = cookieFrom(await signIn());
    const answer = await running.server.inject({
      method: 'POST',
      url: '/api/pool/drain',
      headers: { cookie, ...headersOf(running.site().origin) },
      payload: { reason: 'mischief' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'origin_refused']);
    expect(running.app.carriedOut).toEqual([]);
  });

  test('signs out, and the cookie is worth nothing from then on', async () => {
    const cookie = cookieFrom(await signIn());
    const { origin } = running.site();
    const out = await running.server.inject({ method: 'DELETE', url: URL, headers: { cookie, origin } });
    expect(out.statusCode).toBe(204);
    expect(out.headers['set-cookie']).toMatch(/^mk0r_operator=; .*Expires=Thu, 01 Jan 1970/);
    expect((await ask(cookie)).json()).toEqual({ signedIn: false });
    const answer = await running.server.inject({ url: '/api/ops', headers: { cookie } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'operator_signed_out']);
  });

  test('is told what is wrong with a wrong token, and nothing about the right one', async () => {
    const answer = await signIn('wrong-wrong-wrong-wrong');
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'token_refused']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('has ten attempts a minute from an address', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) await signIn('wrong-wrong-wrong-wrong');
    const answer = await signIn();
    expect([answer.statusCode, answer.json().code]).toEqual([429, 'rate_limited']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('is not signed in by a page from elsewhere', async () => {
    const answer = await signIn(TOKEN, { origin: 'https://evil.example' });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'origin_refused']);
  });
});

test('where no token is set, there is no operator, and the answer says how to have one', async () => {
  await running.close();
  running = await startTestServer({ env: { ADMIN_TOKEN: '' } });
  const answers = await Promise.all([
    signIn(),
    ask(''),
    running.server.inject({ url: '/api/ops', headers: { authorization: `Bearer ${TOKEN}` } }),
  ]);
  for (const answer of answers) {
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'operator_disabled']);
    expect(answer.json().detail).toContain('set ADMIN_TOKEN');
  }
});
