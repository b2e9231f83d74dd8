import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { type AllServices, KEYS, startAllServices } from '../stand-ins/all-services.ts';
import { type HttpVisitor, isAtRest, newHttpVisitor, until } from '../support/http-visitor.ts';
import { startServer, type TestServer } from '../support/server.ts';

const LIMIT_MS = 240_000;
const ADMIN_TOKEN = 'the-operator-of-this-test';
const WAITLIST = 'A waitlist that stores each signup and mails me at owner@example.com';

/** Asks the app of a session, at the address its preview has. */
const askApp = (server: TestServer, slug: string, path: string, body: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(server.url);
    const headers = { host: `${slug}.preview.${host}`, 'content-type': 'application/json' };
    const call = request({ hostname, port, path, method: 'POST', headers }, (answer) => {
      text(answer).then((body) => resolve(`${answer.statusCode} ${body}`), reject);
    });
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });

const health = async (server: TestServer): Promise<unknown> =>
  ((await (await fetch(`${server.url}/healthz`)).json()) as { readonly services: unknown }).services;

describe('a server with the keys of every service', () => {
  let cloud: AllServices;
  let server: TestServer;
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let slug: string;

  beforeAll(async () => {
    cloud = await startAllServices();
    const env = Object.assign({}, ...Object.values(cloud.env));
    server = await startServer({ VM_POOL_TARGET_SIZE: '0', ADMIN_TOKEN, ...env });
    visitor = await newHttpVisitor(() => server.url);
    session = await visitor.startSession(WAITLIST);
    await until(() => visitor.view(session.sessionId), isAtRest);
    slug = session.sessionId.slice(0, 12);
  }, LIMIT_MS);
  afterAll(async () => {
    await server?.close();
    await cloud?.close();
  });

  test('says so, and starts no embedded part in their place', async () => {
    expect(await health(server)).toEqual({
      log: 'embedded',
      vault: 'embedded',
      views: 'embedded',
      posthog: 'posthog',
      neon: 'neon',
      resend: 'resend',
      github: 'github',
      identity: 'firebase',
    });
    expect(server.log()).toMatch(/services: .*neon: neon/);
    expect(server.log()).toMatch(/repositories at GitHub: user ann/);
    const folders = readdirSync(server.dataDir);
    expect(folders).not.toContain('postgres');
    expect(folders).not.toContain('analytics');
    expect(readdirSync(`${server.dataDir}/mail`)).toEqual(['port']);
  });

  test('gives a session one of each there', async () => {
    expect(cloud.neon.live().map(({ name }) => name)).toEqual([`mk0r-${slug}`]);
    expect(cloud.resend.keys().map(({ name }) => name)).toEqual([`mk0r-${slug}`]);
    expect(cloud.github.live().map(({ name }) => name)).toEqual([`mk0r-${slug}`]);
    const { services } = await visitor.view(session.sessionId);
    expect(Object.values(services).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('has every commit at GitHub', async () => {
    const { history } = await visitor.view(session.sessionId);
    const refs = await cloud.github.refs(`mk0r-${slug}`);
    expect(refs['refs/heads/main']).toBe(history.at);
    for (const { sha } of history.commits) expect(refs[`refs/mk0r/commits/${sha}`]).toBe(sha);
  });

  test('lets no mail out until the owner has verified an address by the code that was sent there', async () => {
    const path = `/api/sessions/${session.sessionId}/mail`;
    const address = 'owner@example.com';
    const [key] = cloud.resend.keys();
    const codes = () =>
      cloud.resend.sentWith(key?.id ?? '').flatMap(({ subject, to }) => {
        const code = /^(\d{6}) is your code$/.exec(subject)?.[1];
        return code !== undefined && to.includes(address) ? [code] : [];
      });
    expect(await visitor.request('POST', `${path}/address`, { address })).toMatchObject({ status: 202 });
    const [code = ''] = codes();
    const wrong = code === '000000' ? '000001' : '000000';
    expect(await visitor.request('POST', `${path}/code`, { code: wrong })).toMatchObject({
      status: 200,
      body: { verified: false },
    });
    expect(await visitor.request('POST', `${path}/code`, { code })).toMatchObject({
      status: 200,
      body: { verified: true },
    });
    // Read back within two seconds, or by who asks again.
    const { mail } = await until(
      () => visitor.view(session.sessionId),
      (view) => (view.mail?.verified ?? []).length > 0,
    );
    expect(mail).toMatchObject({ verified: [address] });
  });

  test('lets the app store what it is told at Neon, mail through Resend and tell PostHog', async () => {
    expect(await askApp(server, slug, '/api/signups', { email: 'guest@example.com' })).toMatch(/^201 /);
    const tables = await visitor.request(
      'GET',
      `/api/sessions/${session.sessionId}/database/signups?limit=5`,
    );
    expect(JSON.stringify(tables.body)).toContain('guest@example.com');
    const [key] = cloud.resend.keys();
    await until(
      async () => cloud.resend.sentWith(key?.id ?? ''),
      (mails) => mails.some(({ to, subject }) => to.includes('owner@example.com') && !/code/.test(subject)),
    );
    const { mail } = await until(
      () => visitor.view(session.sessionId),
      (view) => view.mail?.sends.some(({ status }) => status === 'sent') === true,
    );
    expect(mail?.sends[0]).toMatchObject({ to: ['owner@example.com'], mails: 1 });
    await until(
      async () => cloud.posthog.taken(),
      (events) => events.some(({ event }) => event === 'signed up'),
    );
  });

  test("tells PostHog what became of its own visitors, in the app's group and under no name", async () => {
    const ours = await until(
      async () => cloud.posthog.taken().filter(({ event }) => /^(session|first turn|turn) /.test(event)),
      (events) => events.length >= 2,
    );
    expect(ours.map(({ event }) => event)).toEqual(['session claimed', 'first turn finished']);
    const { properties, distinctId } = ours[0] ?? { properties: {}, distinctId: '' };
    expect(properties).toMatchObject({ $groups: { app: `mk0r-${slug}` }, source: 'cold' });
    expect(distinctId).toMatch(/^[\w-]{22}$/);
    expect(cloud.posthog.taken().map(({ event }) => event)).toContain('$identify');
    expect(cloud.posthog.taken().map(({ event }) => event)).toContain('$groupidentify');
  });

  test('says where mails and events are to be found', async () => {
    for (const [panel, service] of [
      ['mail', 'Resend'],
      ['analytics', 'PostHog'],
    ])
      expect(await visitor.request('GET', `/api/sessions/${session.sessionId}/${panel}`)).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining(`at ${service}`) },
      });
  });

  test('writes no key into its log, nor into what a sandbox is given', async () => {
    const { body } = await visitor.request('GET', `/api/sessions/${session.sessionId}/env`);
    const told = `${server.log()}${JSON.stringify(body)}`;
    for (const key of [KEYS.neon, KEYS.resend, KEYS.github]) expect(told).not.toContain(key);
  });

  test('gives everything back when the session is deleted', async () => {
    await visitor.request('DELETE', `/api/sessions/${session.sessionId}`);
    await until(
      async () => [cloud.neon.live(), cloud.resend.keys(), cloud.github.live()].flat(),
      (left) => left.length === 0,
    );
  });
});
