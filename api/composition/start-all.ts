import type { Shutdown } from '../lifecycle/shutdown.ts';

type Closable = { readonly close: () => unknown };

/**
 * Starts several things at once. Each is known to the shutdown before it is up: what is still starting when everything
 * ends is waited for and stopped, so that no process of ours is left behind. Rejects when all have settled.
 */
export const startAll = async <T extends Readonly<Record<string, Closable>>>(
  shutdown: Shutdown,
  starting: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> => {
  const named = Object.entries<Promise<Closable>>(starting);
  for (const [name, start] of named) {
    shutdown.defer(name, async () => {
      const started = await start.catch(() => undefined);
      await started?.close();
    });
  }
  const settled = await Promise.allSettled(named.map(([, start]) => start));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const started = await Promise.all(named.map(async ([name, start]) => [name, await start] as const));
  return Object.fromEntries(started) as T;
};
