import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { type HttpVisitor, newHttpVisitor } from '../support/http-visitor.ts';
import { processesOf } from '../support/processes.ts';
import { runServer } from '../support/run-server.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { borrowTemplates } from '../support/templates.ts';

const START_LIMIT_MS = 180_000;

let server: TestServer;
let visitor: HttpVisitor;
let session: CreatedSession;
beforeAll(async () => {
  server = await startServer({ VM_POOL_TARGET_SIZE: '0' });
  visitor = await newHttpVisitor(() => server.url);
  session = await visitor.startSession();
}, START_LIMIT_MS);
afterAll(() => server?.close());

const verified = async (): Promise<unknown> =>
  (await visitor.request('GET', `/api/sessions/${session.sessionId}/events/verify`)).body;

test('a second server on a data directory is refused by name and pid, and changes nothing of the first', async () => {
  const before = processesOf(server.dataDir).map(({ pid }) => pid);
  const second = await runServer({ MK0R_DATA_DIR: server.dataDir });
  expect(second.code).not.toBe(0);
  expect(second.output).toContain(server.dataDir);
  expect(second.output).toContain(String(server.pid()));
  expect(second.output).toContain('MK0R_DATA_DIR');

  expect(processesOf(server.dataDir).map(({ pid }) => pid)).toEqual(expect.arrayContaining(before));
  expect(await verified()).toEqual({ events: expect.any(Number) });
});

test(
  'of two servers that start at once on a new data directory one serves and one is refused',
  async () => {
    const dataDir = `${server.dataDir}/nested`;
    borrowTemplates(dataDir);
    // The one that is up is told to stop as soon as it says so.
    const ended = await Promise.all(
      [0, 1].map(() => runServer({ MK0R_DATA_DIR: dataDir, VM_POOL_TARGET_SIZE: '0' })),
    );
    expect(ended.map(({ code }) => code === 0).sort()).toEqual([false, true]);
    expect(processesOf(dataDir)).toEqual([]);
  },
  START_LIMIT_MS,
);

test('a port that is taken is named, with what to set, and the server that has it goes on', async () => {
  const { port } = new URL(server.url);
  const second = await runServer({ MK0R_DATA_DIR: `${server.dataDir}/elsewhere`, PORT: port });
  expect(second.code).not.toBe(0);
  expect(second.output).toContain(port);
  expect(second.output).toMatch(/\bPORT\b/);
  expect(await verified()).toEqual({ events: expect.any(Number) });
});

test('a port that something else has is named as well, and nothing is left running', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve(Number((other.address() as { port: number }).port)));
  });
  const dataDir = `${server.dataDir}/elsewhere`;
  try {
    const refused = await runServer({ MK0R_DATA_DIR: dataDir, PORT: String(port) });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(String(port));
    expect(refused.output).toMatch(/\bPORT\b/);
    expect(processesOf(dataDir)).toEqual([]);
  } finally {
    other.close();
  }
});
