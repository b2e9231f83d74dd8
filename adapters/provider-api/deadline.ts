import { setTimeout as sleep } from 'node:timers/promises';

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/**
 * Rejects with `DeadlinePassed` when `work` has not settled after `ms`. For clients that take no signal: the work goes
 * on, and what it changes may still come about.
 */
export const withDeadline = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  const settled = new AbortController();
  const deadline = sleep(ms, undefined, { signal: settled.signal, ref: false }).then(() => {
    throw new DeadlinePassed(`no answer within ${ms} ms`);
  });
  // Aborted below when `work` wins; nobody waits for it then.
  deadline.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    settled.abort();
  }
};
