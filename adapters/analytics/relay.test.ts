import fastify, { type FastifyInstance } from 'fastify';
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PosthogStandIn, startPosthogStandIn } from '../../tests/stand-ins/posthog/server.ts';
import { analyticsRelay } from './relay.ts';

const KEY = 'phc_the_key_of_this_test_run';

describe('PostHog under an address of ours', () => {
  let posthog: PosthogStandIn;
  let server: FastifyInstance;
  let host: string;

  beforeAll(async () => {
    posthog = await startPosthogStandIn({ projectKey: KEY });
    server = fastify();
    await server.register(analyticsRelay({ host: posthog.url }), { prefix: '/ingest' });
    host = `${await server.listen({ host: '127.0.0.1', port: 0 })}/ingest`;
  });
  afterAll(async () => {
    await server.close();
    await posthog.close();
  });

  it('takes what the unmodified SDK sends, compressed and all', async () => {
    const app = new PostHog(KEY, { host });
    app.capture({ event: 'signed up', distinctId: 'ann', groups: { app: 'mk0r-aaaaaaaaaaaa' } });
    await app.shutdown();
    expect(posthog.taken()).toMatchObject([
      { event: 'signed up', distinctId: 'ann', properties: { $groups: { app: 'mk0r-aaaaaaaaaaaa' } } },
    ]);
  });

  it('lets pages of every origin send, and keeps their cookies to itself', async () => {
    const answer = await fetch(`${host}/flags/?v=2`, {
      method: 'POST',
      headers: {
        origin: 'http://abc.preview.localhost:3000',
        cookie: 'session=1',
        'content-type': 'text/plain',
      },
      body: '{}',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://abc.preview.localhost:3000');
    expect(posthog.asked().at(-1)?.path).toBe('/flags/?v=2');
  });

  it('leads to what an SDK needs, and to nothing else', async () => {
    const asked = posthog.asked().length;
    for (const path of ['/api/projects', '/static/../api/projects', '/login', '/array/..%2f..%2fapi'])
      expect((await fetch(host + path)).status, path).toBe(404);
    expect((await fetch(`${host}/api/event`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect(posthog.asked()).toHaveLength(asked);
    expect((await fetch(`${host}/array/${KEY}/config`)).status).toBe(200);
  });
});
