/** Runs work of the same key one after the other, and of different keys at once. */
export const oneAtATime = (): (<A>(key: string, work: () => Promise<A>) => Promise<A>) => {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    tails.set(key, mine);
    const forget = (): void => {
      if (tails.get(key) === mine) tails.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };
};
