import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCluster } from '../../adapters/database/embedded/testing.ts';
import { neonDatabaseProvider } from '../../adapters/database/neon/provider.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import { isAtRest, visitorOf } from '../../commands/testing/visits.ts';
import {
  createTestWorld,
  historyOf,
  startTestServer,
  type TestServer,
} from '../../commands/testing/world.ts';
import { right } from '../../domain/testing/outcome.ts';
import type { FeedEvent } from '../../projections/ports.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import type { SessionView } from '../../projections/views.ts';
import { type NeonStandIn, startNeonStandIn } from '../stand-ins/neon/server.ts';

const KEY = 'napi_of_a_full_plan_012345';
const LIMIT = { timeout: 30_000 };

/** Neon's own words are `user projects limit of 1 exceeded, got 1`, with 422. */
describe('a session for which the Neon plan has no project left', () => {
  let neon: NeonStandIn;
  let server: TestServer;
  let view: () => Promise<SessionView | undefined>;
  let sessionId: string;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const files = await testCluster();
    const cluster = await files.start();
    neon = await startNeonStandIn({ cluster, key: KEY, projectsLimit: 1 });
    closers.push(neon.close, cluster.close, files.remove);
    await neon.create('somebody-elses');
    const world = createTestWorld({ clock: systemClock, latencyMs: 0, appendMs: 0 });
    const database = neonDatabaseProvider({ key: KEY, baseUrl: neon.url, sqlUrl: neon.sqlUrl });
    const inTheCloud = { ...world, providers: { ...world.providers, neon: database } } as typeof world;
    server = startTestServer(inTheCloud);
    const command = { commandId: 'create', owner: 'ann', prompt: 'A waitlist', residentialIp: false };
    ({ sessionId } = await right(server.create(command)));
    view = async () =>
      (await historyOf(inTheCloud, sessionId)).reduce<SessionView | undefined>(
        (seen, event) => sessionView.evolve(seen, event as unknown as FeedEvent) as SessionView,
        undefined,
      );
  });
  afterAll(async () => {
    await server.stop();
    for (const close of closers) await close();
  });

  const database = async () => (await view())?.checklist.find(({ step }) => step === 'neon');

  test('goes on without a database, and was not asked for one in vain again and again', async () => {
    await expect.poll(() => isAtRest(server.session(sessionId)), LIMIT).toBe(true);
    expect(server.session(sessionId)?.turns.map(({ status }) => status)).toEqual(['finished']);
    expect(server.session(sessionId)?.env?.names).not.toContain('DATABASE_URL');
    expect(neon.asked().filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect((await view())?.missing).toEqual(['neon']);
  });

  test('says so in words that say what to do, and offers to try again', async () => {
    expect(await database()).toMatchObject({
      status: 'parked',
      error: {
        code: 'projects_limit_exceeded',
        message:
          'The Neon account holds as many projects as its plan allows. Delete projects or raise the plan, then retry.',
      },
    });
  });

  test('has its database as soon as there is room and somebody asks, also in the env file', async () => {
    const [taken] = neon.live();
    await fetch(`${neon.url}/projects/${taken?.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${KEY}` },
    });
    await right(server.commands.retryService({ ...visitorOf(sessionId), service: 'neon' }));
    await expect.poll(() => server.session(sessionId)?.env?.names.includes('DATABASE_URL'), LIMIT).toBe(true);
    expect(await database()).toMatchObject({ status: 'done' });
    expect(neon.live()).toHaveLength(1);
  });
});
