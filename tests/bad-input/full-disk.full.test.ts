import { closeSync, cpSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { mountTmpfs } from '../support/tmpfs.ts';

const START_LIMIT_MS = 180_000;
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!mayMount) process.stderr.write('\nFULL DISK NOT TESTED: only root may mount a small file system.\n\n');

describe.skipIf(!mayMount)('with the disk of the log full', () => {
  let server: TestServer;
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let unmount: (() => Promise<void>) | undefined;
  const acknowledged: number[] = [];

  /** The log on a file system of its own: small, so that filling it harms nothing else. */
  const moveLog = async (): Promise<void> => {
    const [log, before] = [join(server.dataDir, 'log'), join(server.dataDir, 'log-before')];
    renameSync(log, before);
    mkdirSync(log, { mode: 0o700 });
    unmount = await mountTmpfs(log, 'size=16m,mode=0700');
    cpSync(before, log, { recursive: true });
    rmSync(before, { recursive: true });
  };
  const filler = (): string => join(server.dataDir, 'log', 'filler');
  /** To the last block, whatever the server takes or gives back meanwhile. */
  const fill = (): void => {
    const file = openSync(filler(), 'w');
    const block = Buffer.alloc(4_096);
    try {
      for (;;) writeSync(file, block);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    } finally {
      closeSync(file);
    }
  };
  const turn = (prompt: string) =>
    visitor.request('POST', `/api/sessions/${session.sessionId}/turns`, { prompt });
  /**
   * Appends until one is refused: the write-ahead log uses its own space again for a while after the disk is full. Each
   * message is called off again, so that it is the disk that refuses and not the length of the queue.
   */
  const untilRefused = async () => {
    for (;;) {
      const answer = await turn('x'.repeat(8_000));
      if (answer.status !== 202) return answer;
      const { turnId, revision } = answer.body as { readonly turnId: string; readonly revision: number };
      acknowledged.push(revision);
      const path = `/api/sessions/${session.sessionId}/turns/${turnId}/cancel`;
      const calledOff = await visitor.request('POST', path, {});
      if (calledOff.status !== 202) return calledOff;
    }
  };

  beforeAll(async () => {
    server = await startServer({ VM_POOL_TARGET_SIZE: '0', MK0R_RATE_LIMITS: 'off' });
    visitor = await newHttpVisitor(() => server.url);
    await server.end('SIGTERM');
    await moveLog();
    await server.start();
    session = await visitor.startSession();
    // Its files are read from the repository, where they are once the first push is through.
    await until(
      () => visitor.request('GET', `/api/sessions/${session.sessionId}/files`),
      ({ status }) => status === 200,
    );
  }, START_LIMIT_MS);
  afterAll(async () => {
    try {
      await server?.end('SIGTERM');
    } finally {
      await unmount?.();
      await server?.close();
    }
  });

  test('commands answer 503 with when to come back, and reads go on', async () => {
    fill();
    const refused = await untilRefused();
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_full' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    const noSession = await visitor.request('POST', '/api/sessions', {});
    expect(noSession).toMatchObject({ status: 503, body: { code: 'store_full' } });
    expect(Number(noSession.headers.get('retry-after'))).toBeGreaterThan(0);

    for (const path of ['', '/transcript', '/events', '/files']) {
      const read = await visitor.request('GET', `/api/sessions/${session.sessionId}${path}`);
      expect(read.status, path).toBe(200);
    }
  });

  test('once there is space again commands work, and nothing that was acknowledged is missing', async () => {
    rmSync(filler());
    const accepted = await until(
      () => turn('one more'),
      ({ status }) => status !== 503,
    );
    expect([202, 409]).toContain(accepted.status);
    expect((await visitor.request('POST', '/api/sessions', {})).status).toBe(201);

    const path = `/api/sessions/${session.sessionId}/events`;
    expect((await visitor.request('GET', `${path}/verify`)).body).toEqual({ events: expect.any(Number) });
    for (const revision of acknowledged) {
      const { body } = await visitor.request('GET', `${path}?from=${revision}&limit=1`);
      expect(body).toMatchObject({ events: [{ pos: revision, type: 'TurnSubmitted' }] });
    }
  });

  test(
    'a start after that finds every session whole',
    async () => {
      await server.end('SIGKILL');
      await server.start();
      // It was first asked for while the last steps of its boot were under way.
      const view = await until(
        () => visitor.view(session.sessionId),
        ({ phase }) => phase === 'ready',
      );
      expect(view.missing).toEqual([]);
      expect(view.revision).toBeGreaterThanOrEqual(Math.max(...acknowledged, 0));
    },
    START_LIMIT_MS,
  );
});
