import type { ComparePositions, Position } from './fold.ts';

type Waiter = { readonly position: string; readonly resolve: () => void };

/** Those who wait until what they wrote can be read. */
export const createWaiters = (comparePositions: ComparePositions) => {
  let waiters: readonly Waiter[] = [];
  const isIn = (wanted: string, position: Position): boolean =>
    position !== undefined && comparePositions(wanted, position) <= 0;

  const wait = (wanted: string, timeoutMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => done(), timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        waiters = waiters.filter((other) => other !== waiter);
        resolve();
      };
      const waiter: Waiter = { position: wanted, resolve: done };
      waiters = [...waiters, waiter];
    });

  return {
    /** Resolves when readers see the event at `wanted`, or after `timeoutMs`, whichever is first. */
    waitFor: (wanted: string, seen: Position, timeoutMs: number): Promise<void> =>
      isIn(wanted, seen) ? Promise.resolve() : wait(wanted, timeoutMs),
    reached: (position: Position): void => {
      for (const waiter of waiters.filter(({ position: wanted }) => isIn(wanted, position))) waiter.resolve();
    },
  };
};
