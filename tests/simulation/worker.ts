import { parentPort } from 'node:worker_threads';
import { simulate } from './run.ts';

/** Seeds one after the other, those in `[from, to)`; answers what was not as it should be, and how much was done. */
export type Job = { readonly from: number; readonly to: number };

export type Failure = { readonly seed: number; readonly invariant: string; readonly detail: string };

export type Done = {
  readonly seeds: number;
  readonly events: number;
  readonly failures: readonly Failure[];
  readonly faults: ReadonlyMap<string, number>;
};

const run = async ({ from, to }: Job): Promise<Done> => {
  const failures: Failure[] = [];
  const faults = new Map<string, number>();
  let events = 0;
  for (let seed = from; seed < to; seed += 1) {
    const result = await simulate(seed);
    events += result.events;
    for (const [kind, times] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + times);
    const [first] = result.violations;
    if (first !== undefined) failures.push({ seed, invariant: first.invariant, detail: first.detail });
  }
  return { seeds: to - from, events, failures, faults };
};

parentPort?.on('message', (job: Job) => {
  void run(job).then((done) => parentPort?.postMessage(done));
});
