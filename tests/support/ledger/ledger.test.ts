import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rightOf } from '../../../domain/testing/outcome.ts';
import { createOutside, held, type Outside } from './outside.ts';
import { type Served, serveOutside } from './serve.ts';
import { startWorker, type Worker } from './start-worker.ts';
import type { WorkerOptions } from './worker-calls.ts';

let dataDir: string;
let outside: Outside;
let served: Served;
let workers: Worker[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mk0r-ledger-'));
  outside = createOutside();
  served = await serveOutside(outside);
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) worker.signal('SIGKILL');
  await Promise.all(workers.map((worker) => worker.ended));
  await served.close();
  await rm(dataDir, { recursive: true });
});

const start = async (options: Partial<WorkerOptions> = {}): Promise<Worker> => {
  const worker = await startWorker({ dataDir, outside: served.address, ...options });
  workers.push(worker);
  return worker;
};

const created = async (worker: Worker): Promise<string> => {
  const { sessionId } = rightOf(
    await worker.call('createSession', {
      commandId: 'create',
      owner: 'ann',
      prompt: 'A habit tracker',
      residentialIp: false,
    }),
  );
  return sessionId;
};

const ALL = ['sandbox', 'posthog', 'neon', 'resend', 'github'];

describe('server processes over one outside world', () => {
  test('what a killed one has made is there for the next, which says that its sandbox stopped with it', async () => {
    const first = await start();
    const sessionId = await created(first);
    await first.call('rest');
    first.signal('SIGKILL');
    await first.ended;
    const slug = sessionId.slice(0, 12);
    expect(held(outside)).toEqual(Object.fromEntries(ALL.map((service) => [service, [slug]])));
    // Its end is heard of twice, by its process and by its connection, in any order.
    await expect.poll(() => outside.sandboxes.running(`mk0r-${slug}`)).toBeUndefined();

    const second = await start();
    await second.call('rest');
    expect(await second.call('session', sessionId)).toMatchObject({
      sandbox: { status: 'asleep' },
      turns: [{ status: 'finished' }],
    });
    await second.call('closeSession', { commandId: 'close', sessionId, owner: 'ann' });
    await second.call('rest');
    expect(Object.values(held(outside)).flat()).toEqual([]);
    await second.stop();
    expect(await second.ended).toEqual({ code: 0, signal: null });
  });

  test('a second one is refused the directory of the first', async () => {
    await start();
    await expect(start()).rejects.toThrow(/is in use by the server/);
  });

  test('as in a cloud, several share log and sandboxes, and a sandbox outlives who booted it', async () => {
    const [one, other] = await Promise.all([start({ sandboxes: 'shared' }), start({ sandboxes: 'shared' })]);
    const sessionId = await created(one);
    await one.call('rest');
    one.signal('SIGKILL');
    await one.ended;
    await other.call('submitTurn', { commandId: 'again', sessionId, owner: 'ann', prompt: 'Make it blue' });
    await other.call('rest');
    expect(await other.call('session', sessionId)).toMatchObject({
      sandbox: { status: 'awake' },
      turns: [{ status: 'finished' }, { status: 'finished' }],
    });
    expect(outside.sandboxes.boots()).toBe(1);
  });
});
