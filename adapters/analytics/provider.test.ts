import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPosthogStandIn } from '../../tests/stand-ins/posthog/server.ts';
import { analyticsContract } from './analytics.contract.ts';
import { analyticsIngest } from './ingest.ts';
import { posthogProvider } from './provider.ts';
import { type AnalyticsStore, openAnalyticsStore } from './store.ts';

const request = { sessionId: 's', slug: 'aaaaaaaaaaaa', signal: new AbortController().signal };
const shared = { projectKey: 'phc_mk0r', host: 'http://127.0.0.1:3000/ingest' };
const signedUp = {
  appId: 'mk0r-aaaaaaaaaaaa',
  uuid: '01930000-0000-7000-8000-000000000001',
  event: 'signed up',
  distinctId: 'ann',
  at: '2026-11-20T10:00:00.000Z',
  properties: {},
};

analyticsContract('the embedded ingest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mk0r-analytics-'));
  const store = openAnalyticsStore({ file: join(folder, 'analytics.db') });
  const server = fastify();
  await server.register(analyticsIngest({ store }), { prefix: '/ingest' });
  const host = `${await server.listen({ host: '127.0.0.1', port: 0 })}/ingest`;
  return {
    provider: posthogProvider({ provider: 'embedded', projectKey: 'phc_embedded', host, store }),
    eventsOf: async (appId) => store.events(appId).map(({ event }) => event),
    isOurs: true,
    close: async () => {
      await server.close();
      store.close();
      await rm(folder, { recursive: true });
    },
  };
});

analyticsContract('PostHog, as its stand-in answers', async () => {
  const projectKey = 'phc_contract_0123456789';
  const posthog = await startPosthogStandIn({ projectKey });
  return {
    provider: posthogProvider({ provider: 'posthog', projectKey, host: posthog.url }),
    eventsOf: async (appId) =>
      posthog
        .taken()
        .filter(
          ({ properties }) => JSON.stringify(properties.$groups ?? {}) === JSON.stringify({ app: appId }),
        )
        .map(({ event }) => event),
    isOurs: false,
    close: posthog.close,
  };
});

const { MK0R_CONTRACT_LIVE: live, POSTHOG_PROJECT_KEY: liveKey, POSTHOG_HOST: liveHost } = process.env;
if (live === '1' && liveKey)
  analyticsContract('PostHog itself', async () => ({
    provider: posthogProvider({
      provider: 'posthog',
      projectKey: liveKey,
      host: liveHost ?? 'https://us.i.posthog.com',
    }),
    isOurs: false,
    close: async () => undefined,
  }));

describe('the analytics service beyond its contract', () => {
  let folder: string;
  let store: AnalyticsStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mk0r-analytics-'));
    store = openAnalyticsStore({ file: join(folder, 'analytics.db') });
  });
  afterEach(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });

  it('is an app id in the shared project, the same however often it is asked for', async () => {
    const provider = posthogProvider({ provider: 'embedded', ...shared, store });
    const first = await provider.provision(request)();
    expect(await provider.provision(request)()).toEqual(first);
    expect(first).toMatchObject({
      right: {
        resourceId: 'mk0r-aaaaaaaaaaaa',
        env: {
          VITE_POSTHOG_KEY: 'phc_mk0r',
          VITE_POSTHOG_HOST: 'http://127.0.0.1:3000/ingest',
          VITE_POSTHOG_APP_ID: 'mk0r-aaaaaaaaaaaa',
        },
      },
    });
    expect(await provider.list(request.signal)()).toMatchObject({ right: [{ slug: 'aaaaaaaaaaaa' }] });
  });

  it('forgets its events on release, and may be released twice', async () => {
    const provider = posthogProvider({ provider: 'embedded', ...shared, store });
    await provider.provision(request)();
    expect(store.record([signedUp])).toBe(1);
    await provider.release(request)();
    expect(await provider.release(request)()).toMatchObject({ _tag: 'Right' });
    expect(store.events('mk0r-aaaaaaaaaaaa')).toEqual([]);
    expect(await provider.list(request.signal)()).toMatchObject({ right: [] });
  });

  it('says the store failed, and to try again, when it does', async () => {
    const provider = posthogProvider({ provider: 'embedded', ...shared, store });
    store.close();
    expect(await provider.provision(request)()).toMatchObject({
      left: { code: 'analytics_store_failed', retryable: true },
    });
  });

  it('needs no store of ours where PostHog itself keeps the events', async () => {
    const provider = posthogProvider({
      provider: 'posthog',
      projectKey: 'phc_x',
      host: 'https://us.i.posthog.com',
    });
    expect(await provider.provision(request)()).toMatchObject({ _tag: 'Right' });
    expect(await provider.release(request)()).toMatchObject({ _tag: 'Right' });
  });
});
