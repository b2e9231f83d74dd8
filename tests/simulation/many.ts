import { Worker } from 'node:worker_threads';
import type { Done, Failure, Job } from './worker.ts';

/** Seeds a worker is given at a time: few enough for a progress that can be followed. */
const AT_A_TIME = 250;
/** A batch takes some seconds; one that takes this long has a run in it that never ends. */
const BATCH_LIMIT_MS = 300_000;

export type Outcome = {
  readonly seeds: number;
  readonly events: number;
  readonly failures: readonly Failure[];
  /** Times each kind of fault struck. */
  readonly faults: ReadonlyMap<string, number>;
};

/** Most of a run is garbage a moment later: room for it saves a tenth of the time. */
const NURSERY = { maxYoungGenerationSizeMb: 64 };

type Options = {
  readonly from: number;
  readonly count: number;
  readonly workers: number;
  readonly progress?: (soFar: Outcome) => void;
};

/** Runs seeds on several threads; ends early only when there are more failures than anybody would read. */
export const simulateMany = async ({ from, count, workers, progress }: Options): Promise<Outcome> => {
  let next = from;
  let [seeds, events] = [0, 0];
  const failures: Failure[] = [];
  const faults = new Map<string, number>();

  const take = (): Job | undefined => {
    if (next >= from + count || failures.length >= 50) return undefined;
    const job = { from: next, to: Math.min(next + AT_A_TIME, from + count) };
    next = job.to;
    return job;
  };

  const add = (done: Done): void => {
    seeds += done.seeds;
    events += done.events;
    failures.push(...done.failures);
    for (const [kind, times] of done.faults) faults.set(kind, (faults.get(kind) ?? 0) + times);
    progress?.({ seeds, events, failures, faults });
  };

  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: NURSERY });
    try {
      for (let job = take(); job !== undefined; job = take()) add(await answerOf(worker, job));
    } finally {
      await worker.terminate();
    }
  };

  await Promise.all(Array.from({ length: workers }, work));
  return { seeds, events, failures: failures.sort((a, b) => a.seed - b.seed), faults };
};

const answerOf = (worker: Worker, job: Job): Promise<Done> =>
  new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`a run between the seeds ${job.from} and ${job.to} does not end`)),
      BATCH_LIMIT_MS,
    );
    const failed = (error: unknown): void => {
      clearTimeout(limit);
      reject(new Error(`the seeds ${job.from} to ${job.to}: ${String(error)}`, { cause: error }));
    };
    worker.once('error', failed);
    worker.once('message', (done: Done) => {
      clearTimeout(limit);
      worker.off('error', failed);
      resolve(done);
    });
    worker.postMessage(job);
  });
