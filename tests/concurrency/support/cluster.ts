import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { readSqliteEventStore } from '../../../adapters/event-store/sqlite.ts';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import type { Created } from '../../../commands/visitor/create-session.ts';
import { rightOf } from '../../../domain/testing/outcome.ts';
import { createOutside } from '../../support/ledger/outside.ts';
import { serveOutside } from '../../support/ledger/serve.ts';
import { startWorker, type Worker } from '../../support/ledger/start-worker.ts';
import type { WorkerOptions } from '../../support/ledger/worker-calls.ts';

/** Server processes that share one log, one vault and one world outside, in which sandboxes outlive them. */
export const createCluster = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'mk0r-concurrency-'));
  const outside = createOutside();
  const served = await serveOutside(outside);
  const workers: Worker[] = [];

  const start = async (
    options: Partial<Omit<WorkerOptions, 'dataDir' | 'outside'>> = {},
  ): Promise<Worker> => {
    const worker = await startWorker({
      dataDir,
      outside: served.address,
      sandboxes: 'shared',
      tells: false,
      ...options,
    });
    workers.push(worker);
    return worker;
  };

  /** Every event, in the order of the log, as another process reads it. */
  const readLog = async (): Promise<readonly StoredEvent[]> => {
    const store = rightOf(readSqliteEventStore(join(dataDir, 'log', 'events.db')));
    const events: StoredEvent[] = [];
    for await (const batch of store.subscribeAll({ signal: new AbortController().signal })) {
      for (const event of batch.events) events.push(event);
      if (batch.caughtUp) break;
    }
    await store.close();
    return events;
  };

  const close = async (): Promise<void> => {
    for (const worker of workers) worker.signal('SIGKILL');
    await Promise.all(workers.map((worker) => worker.ended));
    await served.close();
    await rm(dataDir, { recursive: true, force: true });
  };

  return { outside, start, readLog, close };
};

export type Cluster = Awaited<ReturnType<typeof createCluster>>;

export type Visitor = { readonly commandId: string; readonly owner: string };

export const visitorNumber = (index: number): Visitor => ({
  commandId: `command-${index}`,
  owner: `visitor-${index}`,
});

/**
 * A session for a visitor, asked of this server. Where the log cannot be written just then, the command is repeated, as
 * its answer says; `onRepeat` is told.
 */
export const createSession = async (
  server: Worker,
  visitor: Visitor,
  { prompt, onRepeat = () => undefined }: { readonly prompt?: string; readonly onRepeat?: () => void } = {},
): Promise<Omit<Created, 'position'>> => {
  for (;;) {
    const created = await server.call('createSession', {
      ...visitor,
      residentialIp: false,
      ...(prompt === undefined ? {} : { prompt }),
    });
    if (E.isRight(created)) return created.right;
    if (created.left.tag !== 'Unavailable') throw new Error(`no session: ${JSON.stringify(created.left)}`);
    onRepeat();
  }
};

/** Resolves once the process stands still, as the kernel says. */
export const stoodStill = async ({ pid }: Worker): Promise<void> => {
  for (;;) {
    // The state is what follows the name, which stands in brackets and may hold anything.
    const state = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.[0];
    if (state === 'T') return;
    await sleep(10);
  }
};
