/** Who is reading a prompt's frames. `onAbandoned` is called once when nobody was for `graceMs`. */
export const createReaders = (graceMs: number, onAbandoned: () => void) => {
  const waiting = new Set<() => void>();
  let count = 0;
  let closed = false;
  let timer = setTimeout(onAbandoned, graceMs);

  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };

  return {
    join: (): (() => void) => {
      count += 1;
      clearTimeout(timer);
      return () => {
        count -= 1;
        if (count === 0 && !closed) timer = setTimeout(onAbandoned, graceMs);
      };
    },
    changed: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        waiting.add(resolve);
        signal.addEventListener('abort', () => {
          waiting.delete(resolve);
          resolve();
        });
      }),
    wake,
    close: (): void => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
