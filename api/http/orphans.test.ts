import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import { createFakeApplication } from '../testing/fake-application.ts';
import { startTestServer } from '../testing/start.ts';

const SINCE = '2026-01-01T12:00:00.000Z';

test('a release that takes long is accepted, and what is left over says that it goes on', async () => {
  const view = { orphans: [], stuck: [], missing: [] };
  const running = await startTestServer({
    app: Object.assign(createFakeApplication(), {
      releaseOrphans: () => TE.right({ state: 'running', since: SINCE } as const),
      orphans: async () => ({ sweptAt: SINCE, sweeping: true, ...view }) as const,
    }),
  });
  const headers = { authorization: `Bearer ${running.config.adminToken}` };
  try {
    const asked = await running.server.inject({ method: 'POST', url: '/api/orphans/release', headers });
    expect([asked.statusCode, asked.json()]).toEqual([202, { state: 'running', since: SINCE }]);
    const { json } = await running.server.inject({ url: '/api/orphans', headers });
    expect(json()).toEqual({ sweptAt: SINCE, sweeping: true, ...view });
  } finally {
    await running.close();
  }
});

test('a release that is soon over is answered with what came of it', async () => {
  const running = await startTestServer();
  const headers = { authorization: `Bearer ${running.config.adminToken}` };
  try {
    const asked = await running.server.inject({ method: 'POST', url: '/api/orphans/release', headers });
    expect([asked.statusCode, asked.json()]).toMatchObject([200, { found: 1, released: 1, unreachable: [] }]);
  } finally {
    await running.close();
  }
});
