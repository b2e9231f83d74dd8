import { Worker } from 'node:worker_threads';
import type { Progress } from './write-anew.ts';

/** For whoever has the file locked just then; writes wait as long, and it is tried again. */
const TIMEOUT_MS = 1_000;

/** `writeAnew` in a thread, over a connection of its own. Nobody may write to the file meanwhile: they would be held up. */
export const writeAnewBeside = (file: string, { isWrittenAnew }: Progress): Promise<boolean> => {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const worker = new Worker(new URL('./write-anew.worker.ts', import.meta.url), {
    workerData: { file, timeoutMs: TIMEOUT_MS, isWrittenAnew },
    execArgv: [],
  });
  let isEmpty: boolean | undefined;
  worker.once('message', (answer: boolean) => {
    isEmpty = answer;
  });
  worker.once('error', reject);
  // Not before: its connection is closed then.
  worker.once('exit', (code) =>
    isEmpty === undefined ? reject(new Error(`the thread ended with ${code}`)) : resolve(isEmpty),
  );
  return promise;
};
