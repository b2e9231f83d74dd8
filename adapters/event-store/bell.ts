/** Wakes those who wait for appends. Counting the rings means that one between a look and a wait is not missed. */
export const createBell = () => {
  let rings = 0;
  const sleepers = new Set<() => void>();

  return {
    rings: (): number => rings,
    ring: (): void => {
      rings += 1;
      for (const wake of sleepers) wake();
    },
    /** Resolves on the first ring after the `heard`th, after `ms`, or when `signal` aborts. */
    wait: (heard: number, ms: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (rings !== heard || signal.aborted) {
          resolve();
          return;
        }
        const wake = (): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        sleepers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
  };
};

export type Bell = ReturnType<typeof createBell>;
