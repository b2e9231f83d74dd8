import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { PostHog } from 'posthog-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyticsIngest } from './ingest.ts';
import { type AnalyticsStore, openAnalyticsStore } from './store.ts';

const APP = 'mk0r-aaaaaaaaaaaa';
const wire = (event: string, uuid: string, properties: object = {}) => ({
  uuid,
  event,
  properties: { token: 'phc_mk0r', distinct_id: 'visitor', $groups: { app: APP }, ...properties },
  timestamp: '2026-11-20T10:00:00.000Z',
});
const UUIDS = ['01930000-0000-7000-8000-000000000001', '01930000-0000-7000-8000-000000000002'] as const;

describe('the analytics ingest', () => {
  let folder: string;
  let store: AnalyticsStore;
  let server: FastifyInstance;
  let host: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mk0r-analytics-'));
    const limits = { inflatedBytes: 200_000, requestBytes: 100_000, eventsPerApp: 5, propertiesLength: 500 };
    store = openAnalyticsStore({ file: join(folder, 'analytics.db'), limits });
    store.register(APP);
    server = fastify();
    await server.register(analyticsIngest({ store, limits }), { prefix: '/ingest' });
    host = `${await server.listen({ host: '127.0.0.1', port: 0 })}/ingest`;
  });
  afterEach(async () => {
    await server.close();
    store.close();
    await rm(folder, { recursive: true });
  });

  const send = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${host}${path}`, { method: 'POST', body, headers: { 'content-type': 'text/plain', ...headers } });
  const names = () => store.events(APP).map(({ event }) => event);

  describe('takes what the SDKs send', () => {
    it('from the unmodified posthog-node, with groups, identities and flags', async () => {
      const client = new PostHog('phc_mk0r', { host, flushAt: 1, fetchRetryCount: 0 });
      client.groupIdentify({ groupType: 'app', groupKey: APP, properties: { name: 'Habits' } });
      await client.captureImmediate({
        distinctId: 'ann',
        event: 'habit added',
        properties: { habit: 'run' },
        groups: { app: APP },
      });
      const flags = await client.getAllFlags('ann');
      await client.shutdown();
      expect(flags).toEqual({});
      expect(names().toSorted()).toEqual(['$groupidentify', 'habit added']);
      const kept = store.events(APP).find(({ event }) => event === 'habit added');
      expect(kept).toMatchObject({ distinctId: 'ann', properties: { habit: 'run' } });
    });

    it.each([
      ['posthog-js before its remote config: gzip bytes as text/plain', '/e/', '', gzipSync],
      ['posthog-js after it', '/i/v0/e/?ip=0&_=1732096800000&ver=1.434.18', '', gzipSync],
      ['posthog-js without compression', '/e/', '', (text: string) => text],
      ['a beacon as the page closes: base64 in a form', '/e/?compression=base64', 'data=', btoa],
      [
        'an old client with gzip-js in base64',
        '/e/?compression=gzip-js',
        '',
        (text: string) => gzipSync(text).toString('base64'),
      ],
    ])('from %s', async (_what, path, prefix, encode) => {
      const encoded = encode(JSON.stringify({ api_key: 'phc_mk0r', batch: [wire('$pageview', UUIDS[0])] }));
      const body = prefix === '' ? encoded : `${prefix}${encodeURIComponent(String(encoded))}`;
      const response = await send(path, body);
      expect(await response.json()).toEqual({ status: 1 });
      expect(store.events(APP)).toMatchObject([
        { event: '$pageview', uuid: UUIDS[0], distinctId: 'visitor', at: '2026-11-20T10:00:00.000Z' },
      ]);
    });

    it('as one event, as a bare array, and tagged by a property instead of a group', async () => {
      await send('/capture/', JSON.stringify(wire('one', UUIDS[0])));
      await send('/track', JSON.stringify([wire('two', UUIDS[1], { $groups: undefined, app_id: APP })]));
      expect(names()).toEqual(['two', 'one']);
    });

    it('and drops session recordings without complaint', async () => {
      expect((await send('/s/', gzipSync('[{}]'))).status).toBe(200);
      expect(names()).toEqual([]);
    });
  });

  it('counts an event once however often it is sent', async () => {
    const body = JSON.stringify({ batch: [wire('signed up', UUIDS[0]), wire('signed up', UUIDS[1])] });
    await send('/batch/', body);
    await send('/batch/', body);
    expect(store.counts(APP)).toEqual([{ event: 'signed up', day: '2026-11-20', count: 2 }]);
  });

  it('keeps nothing for an app nobody provisioned, and nothing after it was forgotten', async () => {
    const theirs = wire('x', UUIDS[0], { $groups: { app: 'mk0r-zzzzzzzzzzzz' } });
    expect((await send('/e/', JSON.stringify(theirs))).status).toBe(200);
    expect(store.events('mk0r-zzzzzzzzzzzz')).toEqual([]);
    await send('/e/', JSON.stringify(wire('kept', UUIDS[0])));
    store.forget(APP);
    await send('/e/', JSON.stringify(wire('late', UUIDS[1])));
    expect(names()).toEqual([]);
  });

  it('keeps the newest events of an app, up to its limit, and no property without end', async () => {
    const batch = ['1', '2', '3', '4', '5', '6', '7'].map((event) => wire(event, crypto.randomUUID()));
    await send('/batch/', JSON.stringify({ batch }));
    expect(names()).toEqual(['7', '6', '5', '4', '3']);
    await send('/e/', JSON.stringify(wire('long', UUIDS[0], { note: 'x'.repeat(1_000) })));
    expect(store.events(APP, { limit: 1 })[0]?.properties).toEqual({ $left_out_length: expect.any(Number) });
  });

  it('pages through events by arrival', async () => {
    await send(
      '/batch/',
      JSON.stringify({ batch: ['a', 'b', 'c'].map((name) => wire(name, crypto.randomUUID())) }),
    );
    const [newest, second] = store.events(APP, { limit: 2 });
    expect([newest?.event, second?.event]).toEqual(['c', 'b']);
    expect(store.events(APP, { before: second?.seq ?? 0 }).map(({ event }) => event)).toEqual(['a']);
  });

  describe('refuses', () => {
    it('a zip bomb, before it is large', async () => {
      const response = await send('/e/', gzipSync(Buffer.alloc(5_000_000)));
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ type: 'validation_error', code: 'invalid_payload' });
    });

    it('a body over its limit', async () => {
      expect((await send('/e/', 'x'.repeat(100_001))).status).toBe(413);
    });

    it.each([
      ['an empty body', ''],
      ['what is not JSON in any coat', 'hello'],
      ['gzip cut short', gzipSync('{"event":"x"}').subarray(0, 15)],
    ])('%s', async (_what, body) => {
      const response = await send('/batch/', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid_payload', detail: expect.any(String) });
    });

    it('a token that would break out of the config script', async () => {
      const response = await fetch(`${host}/array/${encodeURIComponent('"];alert(1)//')}/config.js`);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain('alert');
    });
  });

  describe('answers a browser', () => {
    it('of any origin, preflight included', async () => {
      const origin = 'http://aaaaaaaaaaaa.preview.localhost:3000';
      const preflight = await fetch(`${host}/i/v0/e/`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-a' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toBe('x-a');
      for (const response of [preflight, await send('/e/', '{}', { origin })]) {
        expect(response.headers.get('access-control-allow-origin')).toBe(origin);
        expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      }
    });

    it('with a remote config that turns off what is not kept here', async () => {
      const config = await (await fetch(`${host}/array/phc_mk0r/config`)).json();
      expect(config).toMatchObject({ hasFeatureFlags: false, analytics: { endpoint: '/i/v0/e/' } });
      const script = await (await fetch(`${host}/array/phc_mk0r/config.js`)).text();
      const window: { _POSTHOG_REMOTE_CONFIG?: Record<string, { config: unknown }> } = {};
      new Function('window', script)(window);
      expect(window._POSTHOG_REMOTE_CONFIG?.phc_mk0r?.config).toEqual(config);
    });
  });
});
