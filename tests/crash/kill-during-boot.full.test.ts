import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionView } from '../../projections/views.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { processesOf } from '../support/processes.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { untilLogged } from './log-file.ts';
import { MOMENTS } from './moments.ts';
import { heldBy, resourcesOf } from './resources.ts';

/** Ten boots, ten kills, ten restarts: most of it is Postgres recovering. */
const LIMIT_MS = 600_000;

let server: TestServer;
let visitor: HttpVisitor;
beforeAll(async () => {
  server = await startServer({ VM_POOL_TARGET_SIZE: '0' });
  visitor = await newHttpVisitor(() => server.url);
}, LIMIT_MS);
afterAll(() => server?.close());

const whole = (view: SessionView): boolean => view.phase === 'ready' && view.missing.length === 0;

test(
  'a server killed at ten moments of a boot leaves every session ready, with one of everything',
  async () => {
    const sessions: { readonly sessionId: string; readonly slug: string }[] = [];
    const startedIn: number[] = [];
    for (const { isIt, laterMs = 0 } of MOMENTS) {
      const session = await visitor.startSession();
      sessions.push(session);
      await untilLogged(server.dataDir, session.sessionId, isIt);
      await delay(laterMs);
      await server.end('SIGKILL');
      const from = performance.now();
      await server.start();
      startedIn.push(Math.round(performance.now() - from));
    }

    for (const { sessionId } of sessions)
      expect(await until(() => visitor.view(sessionId), whole)).toMatchObject({
        phase: 'ready',
        missing: [],
      });

    const resources = await resourcesOf(server.dataDir);
    const running = processesOf(server.dataDir);
    for (const [index, { sessionId, slug }] of sessions.entries()) {
      const counts = Object.entries(resources).map(([kind, names]) => [kind, heldBy(slug, names).length]);
      expect(Object.fromEntries(counts), `killed ${MOMENTS[index]?.name}`).toMatchObject({
        databases: 1,
        roles: 1,
        audiences: 1,
        mailKeys: 1,
        repositories: 1,
        sandboxes: 1,
      });
      const bridges = running.filter(
        ({ sandbox, command }) => sandbox === `mk0r-${slug}` && command.endsWith('bridge/main.ts'),
      );
      expect(bridges.length, 'bridges of one sandbox').toBeLessThanOrEqual(1);
      const verified = await visitor.request('GET', `/api/sessions/${sessionId}/events/verify`);
      expect(verified.body).toEqual({ events: expect.any(Number) });
    }

    await server.end('SIGTERM');
    expect(processesOf(server.dataDir)).toEqual([]);
    process.stdout.write(
      `killed ${MOMENTS.length} times during a boot: ${sessions.length} sessions ready; ` +
        `up again after ${startedIn.join(', ')} ms\n`,
    );
  },
  LIMIT_MS,
);
