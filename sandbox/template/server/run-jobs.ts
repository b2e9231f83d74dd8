import type { Job } from './jobs.ts';

export const JOBS_EVERY_MS = 30_000;

/** Calls each job once; one that fails is logged, comes again with the next round, and stops none of the others. */
export async function runJobs(jobs: readonly Job[], now = new Date()): Promise<void> {
  for (const { name, run } of jobs) {
    await run(now).catch((error: Error) => console.error(`job ${name}:`, error.message));
  }
}
