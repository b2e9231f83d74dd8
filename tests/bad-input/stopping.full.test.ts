import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newHttpVisitor, until } from '../support/http-visitor.ts';
import { processesOf } from '../support/processes.ts';
import { runServer } from '../support/run-server.ts';
import { startServer, type TestServer } from '../support/server.ts';

const START_LIMIT_MS = 180_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ VM_POOL_TARGET_SIZE: '0' });
}, START_LIMIT_MS);
afterAll(() => server?.close());

test(
  'SIGTERM in the middle of a boot and of a turn ends the server and every process of its sandboxes',
  async () => {
    const visitor = await newHttpVisitor(() => server.url);
    const { sessionId } = await visitor.startSession('Build me a waitlist that mails me every signup.');
    await until(
      () => visitor.turns(sessionId),
      ([turn]) => turn?.status === 'running',
    );
    await visitor.startSession();
    await server.end('SIGTERM');
    expect(processesOf(server.dataDir)).toEqual([]);

    const from = performance.now();
    await server.start();
    process.stdout.write(`second start: ${Math.round(performance.now() - from)} ms\n`);
    const [turn] = await until(
      () => visitor.turns(sessionId),
      ([first]) => ['finished', 'failed'].includes(first?.status ?? ''),
    );
    expect(turn?.status).toBe('finished');
  },
  START_LIMIT_MS,
);

test(
  'a second SIGTERM while it stops changes nothing',
  async () => {
    const pid = server.pid();
    if (pid === undefined) throw new Error('the server is not running');
    const ended = server.end('SIGTERM');
    for (let sent = 0; sent < 3; sent += 1) process.kill(pid, 'SIGTERM');
    await ended;
    expect(server.lastExit()).toEqual({ code: 0, signal: null });
    expect(processesOf(server.dataDir)).toEqual([]);
  },
  START_LIMIT_MS,
);

test(
  'SIGTERM in the middle of a first start leaves no process behind either',
  async () => {
    const dataDir = join(server.dataDir, 'first-start');
    const { code, signal } = await runServer(
      { MK0R_DATA_DIR: dataDir },
      { endOn: 'installing the app template' },
    );
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(processesOf(dataDir)).toEqual([]);
    expect(readdirSync(join(dataDir, 'templates'))).toEqual([]);
  },
  START_LIMIT_MS,
);
