/**
 * `Promise.all` that fails only when every one has ended: whoever cleans up afterwards does not race with one that is
 * still writing.
 */
export async function together<T extends readonly unknown[]>(
  ...running: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(running);
  return (await Promise.all(running)) as unknown as T;
}
