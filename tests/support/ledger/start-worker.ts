import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { FromWorker, ToldEvent, ToWorker, WorkerCalls, WorkerOptions } from './worker-calls.ts';

const SCRIPT = join(import.meta.dirname, 'worker.ts');
const COMPILED = join(import.meta.dirname, '../../../node_modules/.cache/mk0r-compiled');

/** The process ended before it answered; whether it has done what it was asked is not known. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

export type Worker = {
  readonly pid: number;
  /** From the start of the process until everything in the log was read. */
  readonly upAfterMs: number;
  /** Rejects with `WorkerDied` when the process ends first. */
  readonly call: <Name extends keyof WorkerCalls>(
    name: Name,
    ...args: Parameters<WorkerCalls[Name]>
  ) => ReturnType<WorkerCalls[Name]>;
  readonly signal: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Ends it as an operator would. */
  readonly stop: () => Promise<void>;
};

type Waiting = { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void };

/**
 * Starts a server process over `serveOutside`; resolves when it is ready to be asked, rejects if it ends before.
 * @param onEvents told every event of the log from its first, by every process again
 * @param script what `bundleWorker` made, where many are started
 */
export const startWorker = async (
  options: WorkerOptions,
  onEvents: (events: readonly ToldEvent[]) => void = () => undefined,
  script = SCRIPT,
): Promise<Worker> => {
  const startedAt = performance.now();
  const child = fork(script, {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Half of a start is compiling what has not changed since the last one.
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env },
  });
  const waiting = new Map<number, Waiting>();
  const up = Promise.withResolvers<void>();
  const ended = endOf(child);
  let lastId = 0;

  child.on('message', (message: FromWorker) => {
    if ('up' in message) up.resolve();
    else if ('failed' in message) up.reject(new WorkerDied(message.failed));
    else if ('events' in message) onEvents(message.events);
    else {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if ('thrown' in message) asked?.reject(new Error(message.thrown));
      else asked?.resolve(message.answer);
    }
  });
  void ended.then(({ code, signal }) => {
    const died = new WorkerDied(`the process ended: ${signal ?? code}`);
    up.reject(died);
    for (const { reject } of waiting.values()) reject(died);
    waiting.clear();
  });

  const send = (message: ToWorker): void => {
    // A process that is no more is told of by its end.
    child.send(message, () => undefined);
  };

  const call: Worker['call'] = (name, ...args) =>
    new Promise<unknown>((resolve, reject) => {
      if (!child.connected) {
        reject(new WorkerDied('the process has ended'));
        return;
      }
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      send({ id: lastId, call: name, args });
    }) as ReturnType<WorkerCalls[typeof name]>;

  send({ options });
  await up.promise;
  return {
    pid: child.pid ?? 0,
    upAfterMs: performance.now() - startedAt,
    call,
    signal: (signal) => void child.kill(signal),
    ended,
    stop: async () => {
      await call('stop');
      await ended;
    },
  };
};

const endOf = (child: ChildProcess): Worker['ended'] =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    // `close` and not `exit`: what it still had said has been read by then.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
