import { setTimeout as sleep } from 'node:timers/promises';

/** One write a second to a document is sustained for ever, and a few at once are taken: "maximum write rate to a document", https://firebase.google.com/docs/firestore/quotas#soft_limits. */
const PER_SECOND = 1;
const BURST = 5;

export type Pacer = (name: string) => Promise<void>;

/** Holds up writes of a table whose checkpoint was written too often of late. What waits comes in larger batches then. */
export const pacer = (
  now = () => performance.now(),
  wait: (ms: number) => Promise<unknown> = sleep,
): Pacer => {
  /** When a table will have made up for what it was given. */
  const paidAt = new Map<string, number>();
  const interval = 1_000 / PER_SECOND;
  return async (name) => {
    const at = now();
    const paid = Math.max(paidAt.get(name) ?? 0, at) + interval;
    paidAt.set(name, paid);
    const early = paid - BURST * interval - at;
    if (early > 0) await wait(early);
  };
};
