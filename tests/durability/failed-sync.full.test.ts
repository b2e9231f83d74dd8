import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { canAttach, failSyncs } from './attach.ts';
import { NOTICE } from './failing-disk.ts';

const START_LIMIT_MS = 180_000;
const able = await canAttach();
if (!able) process.stderr.write(NOTICE);

describe.skipIf(!able)('a server whose disk fails to sync', () => {
  let server: TestServer;
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let acknowledged: number;

  const turn = (prompt: string) =>
    visitor.request('POST', `/api/sessions/${session.sessionId}/turns`, { prompt });
  const expectReads = async (): Promise<void> => {
    for (const path of ['', '/transcript', '/events']) {
      const read = await visitor.request('GET', `/api/sessions/${session.sessionId}${path}`);
      expect(read.status, path).toBe(200);
    }
  };

  beforeAll(async () => {
    server = await startServer({ VM_POOL_TARGET_SIZE: '0', MK0R_RATE_LIMITS: 'off' });
    visitor = await newHttpVisitor(() => server.url);
    session = await visitor.startSession();
    await until(
      () => visitor.view(session.sessionId),
      ({ phase }) => phase === 'ready',
    );
    const accepted = await turn('A list of books');
    expect(accepted.status).toBe(202);
    acknowledged = (accepted.body as { readonly revision: number }).revision;
  }, START_LIMIT_MS);
  afterAll(() => server?.close());

  test('answers commands with 503 and reads as before, also once the disk says that it is well again', async () => {
    const heal = await failSyncs(server.pid() ?? 0, join(server.dataDir, 'log', 'events.db-wal'));
    try {
      // The agent writes too: whichever append meets the fault, nothing is taken after it.
      await until(
        () => turn('and their authors'),
        ({ status }) => status === 503,
      );
      await expectReads();
    } finally {
      await heal();
    }
    const refused = await turn('and their publishers');
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(server.log()).toContain('the disk failed to sync; restart once it is healthy');
    await expectReads();
  });

  test(
    'has everything that was acknowledged once it is started again, and goes on',
    async () => {
      await server.end('SIGKILL');
      await server.start();
      const path = `/api/sessions/${session.sessionId}/events`;
      expect((await visitor.request('GET', `${path}/verify`)).body).toEqual({ events: expect.any(Number) });
      const { body } = await visitor.request('GET', `${path}?from=${acknowledged}&limit=1`);
      expect(body).toMatchObject({ events: [{ pos: acknowledged, type: 'TurnSubmitted' }] });
      const accepted = await until(
        () => turn('and their readers'),
        ({ status }) => status !== 503,
      );
      expect([202, 409]).toContain(accepted.status);
    },
    START_LIMIT_MS,
  );
});
