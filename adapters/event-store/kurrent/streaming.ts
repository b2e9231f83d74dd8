/** A stream of client 6: a Node stream, typed for an older Node. */
type Leavable<T> = AsyncIterable<T> & {
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown;
  readonly destroy: (error: Error) => unknown;
} & ({ readonly cancel: () => Promise<void> } | { readonly unsubscribe: () => Promise<void> });

/** Everything the server sends, until it ends, `take` answers false, or `signal` aborts. */
export const drain = async <T>(
  reading: Leavable<T>,
  signal: AbortSignal,
  take: (item: T) => boolean,
): Promise<void> => {
  // The client's streams emit an error without ending, also when nobody iterates over them any more.
  reading.on('error', () => undefined);
  const stop = (): void => void reading.destroy(new Error('given up'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const item of reading) if (!take(item)) break;
  } finally {
    signal.removeEventListener('abort', stop);
    // Leaving the iteration does not tell the server. Fails where the call was never made.
    const left = 'cancel' in reading ? reading.cancel() : reading.unsubscribe();
    left.catch(() => undefined);
  }
};
