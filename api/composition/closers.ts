/** What was started, to be stopped in the opposite order; one that fails to stop keeps none of the others from it. */
export const createClosers = () => {
  const closers: (() => unknown)[] = [];
  return {
    add: (close: () => unknown): void => {
      closers.push(close);
    },
    closeAll: async (): Promise<void> => {
      const errors: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, 'not everything could be stopped');
    },
  };
};

export type Closers = ReturnType<typeof createClosers>;

/** Starts several things at once. Where one fails, those that did start are still known to be stopped. */
export const startAll = async <T extends readonly Promise<{ readonly close: () => unknown }>[]>(
  closers: Closers,
  ...starting: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  const settled = await Promise.allSettled(starting);
  for (const result of settled) if (result.status === 'fulfilled') closers.add(result.value.close);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return (await Promise.all(starting)) as { -readonly [K in keyof T]: Awaited<T[K]> };
};
