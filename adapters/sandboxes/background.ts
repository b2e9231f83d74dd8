export type Background = {
  /** Starts work nobody waits for; what goes wrong is reported, never thrown. */
  readonly run: (what: string, work: () => Promise<unknown>) => void;
  /** Resolves when all of it is done. */
  readonly settled: () => Promise<void>;
};

export const createBackground = (onError: (what: string, error: unknown) => void): Background => {
  const pending = new Set<Promise<unknown>>();
  return {
    run: (what, work) => {
      const mine = work()
        .catch((error: unknown) => onError(what, error))
        .finally(() => pending.delete(mine));
      pending.add(mine);
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
};
